package io.rdsboot.vector;

import org.jspecify.annotations.Nullable;

/**
 * Source of the tenant that the current caller belongs to. Asked once for each call of a
 * repository that is declared with a tenant, on the caller's thread. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface TenantResolver {

	/**
	 * Return the current tenant.
	 * @return a value of the tenant key's type, or {@code null} if there is no tenant, in
	 * which case the call fails, as it does for a blank text
	 */
	@Nullable Object currentTenant();

}
