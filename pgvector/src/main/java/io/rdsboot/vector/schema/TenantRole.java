package io.rdsboot.vector.schema;

import java.util.List;

import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Database role that reads and writes tables with tenants. Row-level security must bind
 * it, or only the application's own statements keep tenants apart.
 */
public final class TenantRole {

	private static final String BYPASSING = """
			SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)""";

	private final JdbcOperations jdbc;

	/**
	 * Create an instance for the role that the given operations run as.
	 * @param jdbc the operations
	 */
	public TenantRole(JdbcOperations jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Check that policies bind the role.
	 * @param table a table that is declared with a tenant
	 * @throws VectorSchemaException if the role is a superuser or has {@code BYPASSRLS}
	 */
	public void requireBound(VectorTable table) {
		List<VectorSchemaException> problems = this.jdbc.query(BYPASSING,
				(row, number) -> problem(table, row.getString(1), row.getBoolean(2)));
		if (!problems.isEmpty()) {
			throw problems.get(0);
		}
	}

	private static VectorSchemaException problem(VectorTable table, String role, boolean superuser) {
		String quotedRole = VectorTable.quote(role);
		String login = "let the application log in as a role without these rights, which may use the table:\n"
				+ "    GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO <role>;".formatted(table.quotedName());
		return new VectorSchemaException(
				"Tenants of vector table %s are not kept apart by the server: role '%s' %s, so row-level security does not bind it."
					.formatted(table, role, superuser ? "is a superuser" : "has BYPASSRLS"),
				superuser ? "Do not connect as a superuser: " + login
						: "Run as an administrator: ALTER ROLE %s NOBYPASSRLS; or %s".formatted(quotedRole, login));
	}

}
