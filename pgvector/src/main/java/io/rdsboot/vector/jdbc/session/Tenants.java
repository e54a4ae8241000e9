package io.rdsboot.vector.jdbc.session;

import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Says which tenant a call of a repository is for. Thread-safe.
 */
public final class Tenants {

	private final VectorTable table;

	private final @Nullable TenantResolver resolver;

	/**
	 * Create the tenants of a table.
	 * @param resolver needed if the table is declared with a tenant
	 */
	public Tenants(VectorTable table, @Nullable TenantResolver resolver) {
		if (table.tenantKey() != null && resolver == null) {
			throw new IllegalArgumentException(
					"vector table %s is declared with tenant '%s', so its repository needs a tenant resolver"
						.formatted(table, table.tenantKey().key()));
		}
		this.table = table;
		this.resolver = resolver;
	}

	/**
	 * Return the tenant of the current call.
	 * @return the tenant, or {@code null} if the table's rows have none
	 * @throws IllegalStateException if there must be one and is none, or it is blank, of
	 * a type other than the key's, or a text that the server would take for another one
	 */
	public @Nullable Tenant current() {
		MetadataColumn key = this.table.tenantKey();
		if (key == null || this.resolver == null) {
			return null;
		}
		Object value = this.resolver.currentTenant();
		if (value == null) {
			throw new IllegalStateException(
					"no tenant to use vector table %s for: the tenant resolver returned null".formatted(this.table));
		}
		try {
			Object converted = key.type().convert(value);
			if (converted instanceof String text && text.isBlank()) {
				throw new IllegalArgumentException("is blank: '%s'".formatted(text));
			}
			return new Tenant(key, converted);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(
					"tenant to use vector table %s for %s".formatted(this.table, ex.getMessage()), ex);
		}
	}

	/**
	 * Return the {@link #current} tenant's value.
	 */
	public @Nullable Object currentValue() {
		Tenant tenant = current();
		return (tenant != null) ? tenant.value() : null;
	}

}
