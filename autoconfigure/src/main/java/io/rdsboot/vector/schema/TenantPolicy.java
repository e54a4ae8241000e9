package io.rdsboot.vector.schema;

import java.util.List;

import io.rdsboot.vector.MetadataColumn;
import io.rdsboot.vector.VectorTable;

/**
 * Row-level security that shows a session the rows of its tenant only, the table's owner
 * included. Without a tenant a session sees no row.
 */
final class TenantPolicy {

	static final String NAME = "rdsboot_tenant";

	/**
	 * Name of the setting that holds a session's tenant.
	 */
	private static final String SETTING = "rdsboot.tenant";

	private final String quotedTable;

	private final String condition;

	TenantPolicy(String quotedTable, MetadataColumn tenant) {
		this.quotedTable = quotedTable;
		this.condition = "%s = NULLIF(current_setting('%s', true), '')::%s"
			.formatted(VectorTable.quote(tenant.column()), SETTING, tenant.type().sqlType());
	}

	/**
	 * Return the statements that make it, where neither the policy nor the security is.
	 */
	List<String> create() {
		return List.of(createPolicy(), enable(), force());
	}

	String createPolicy() {
		return "CREATE POLICY %s ON %s USING (%s) WITH CHECK (%s)".formatted(NAME, this.quotedTable, this.condition,
				this.condition);
	}

	String enable() {
		return "ALTER TABLE %s ENABLE ROW LEVEL SECURITY".formatted(this.quotedTable);
	}

	String force() {
		return "ALTER TABLE %s FORCE ROW LEVEL SECURITY".formatted(this.quotedTable);
	}

	static String drop(String quotedTable) {
		return "DROP POLICY IF EXISTS %s ON %s".formatted(NAME, quotedTable);
	}

	/**
	 * Whether the policy that is there is this one.
	 */
	boolean fits(ExistingPolicy policy) {
		String expected = PlainExpression.of(this.condition);
		return policy.forAll() && expected.equals(PlainExpression.of(policy.using()))
				&& expected.equals(PlainExpression.of(policy.check()));
	}

}
