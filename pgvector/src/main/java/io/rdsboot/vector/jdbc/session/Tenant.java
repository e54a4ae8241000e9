package io.rdsboot.vector.jdbc.session;

import io.rdsboot.vector.jdbc.sql.FilterWriter;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Tenant that one call of a repository is for.
 *
 * @param key the declared key that says which tenant a row belongs to
 * @param value the tenant, of the key's Java type
 */
public record Tenant(MetadataColumn key, Object value) {

	/**
	 * Return the value as {@link TenantSetting} takes it.
	 */
	String settingValue() {
		return this.value.toString();
	}

	/**
	 * Append the condition that a row is this tenant's.
	 * @param row what stands before the name of a column: an alias and a dot, or nothing
	 */
	public void appendCondition(String row, FilterWriter sql) {
		sql.append("%s%s = ".formatted(row, VectorTable.quote(this.key.column()))).value(this.key.type(), this.value);
	}

}
