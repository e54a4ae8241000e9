package io.rdsboot.vector.schema;

import java.util.List;

import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Row-level security that shows a session the rows of its tenant only, the table's owner
 * included. Without a tenant a session sees no row.
 *
 * <p>
 * It takes two policies with the same condition. Only a permissive one shows rows at all,
 * but another permissive one that somebody adds would show more of them. The restrictive
 * one holds beside any other.
 */
final class TenantPolicy {

	static final String PERMISSIVE = "rdsboot_tenant";

	static final String RESTRICTIVE = "rdsboot_tenant_only";

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
		return List.of(createPolicy(PERMISSIVE), createPolicy(RESTRICTIVE), enable(), force());
	}

	String createPolicy(String name) {
		return "CREATE POLICY %s ON %s%s USING (%s) WITH CHECK (%s)".formatted(name, this.quotedTable,
				name.equals(RESTRICTIVE) ? " AS RESTRICTIVE" : "", this.condition, this.condition);
	}

	String enable() {
		return "ALTER TABLE %s ENABLE ROW LEVEL SECURITY".formatted(this.quotedTable);
	}

	String force() {
		return "ALTER TABLE %s FORCE ROW LEVEL SECURITY".formatted(this.quotedTable);
	}

	/**
	 * Return a statement with what lets the owner of a table with tenants reach all rows
	 * meanwhile, which it would not change else, in silence.
	 */
	static List<String> unforced(VectorTable table, String statement) {
		if (table.tenantKey() == null) {
			return List.of(statement);
		}
		return List.of(Difference.COMMENT
				+ "sessions of the table's owner see the rows of all tenants until row-level security is forced again",
				"ALTER TABLE %s NO FORCE ROW LEVEL SECURITY".formatted(table.quotedName()), statement,
				"ALTER TABLE %s FORCE ROW LEVEL SECURITY".formatted(table.quotedName()));
	}

	static String drop(String quotedTable, String name) {
		return "DROP POLICY IF EXISTS %s ON %s".formatted(name, quotedTable);
	}

	/**
	 * Return the statements that take away those policies that are there.
	 */
	static List<String> drop(String quotedTable, ExistingTable existing) {
		return existing.policies()
			.stream()
			.filter(TenantPolicy::isOurs)
			.map((policy) -> drop(quotedTable, policy.name()))
			.toList();
	}

	static boolean isOurs(ExistingPolicy policy) {
		return policy.name().equals(PERMISSIVE) || policy.name().equals(RESTRICTIVE);
	}

	/**
	 * Whether a policy that is there is the one of its name.
	 */
	boolean fits(ExistingPolicy policy) {
		String expected = PlainExpression.of(this.condition);
		return policy.permissive() == policy.name().equals(PERMISSIVE) && policy.forAll()
				&& expected.equals(PlainExpression.of(policy.using()))
				&& expected.equals(PlainExpression.of(policy.check()));
	}

}
