package io.rdsboot.vector.jdbc.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;

/**
 * The caller's tenant as the policy on the server knows it.
 */
public final class TenantSetting {

	/**
	 * Statement that makes the setting for the rest of the transaction. Its parameter is
	 * the tenant as text.
	 */
	static final String SQL = "SELECT set_config('rdsboot.tenant', ?, true)";

	/**
	 * Where the server finds that a row violates a policy. Its message depends on the
	 * language.
	 */
	private static final String ROW_SECURITY = "ExecWithCheckOptions";

	private TenantSetting() {
	}

	/**
	 * Let the table's policy know the tenant until the transaction ends.
	 * @param tenant the tenant, or {@code null} for a table without tenants
	 */
	public static void apply(Connection connection, VectorTable table, @Nullable Object tenant) throws SQLException {
		if (table.tenantKey() != null) {
			try (PreparedStatement statement = connection.prepareStatement(SQL)) {
				statement.setString(1, String.valueOf(tenant));
				statement.execute();
			}
		}
	}

	/**
	 * Check that a write has stored a row for each id. A row of another tenant that has
	 * one of the ids is not changed; a trigger may leave out rows of any table.
	 */
	public static void requireOwnRows(VectorTable table, long ids, long rows) {
		if (rows < ids && table.tenantKey() == null) {
			throw new DataIntegrityViolationException(
					"%d of %d records were left out by a trigger or a rule of vector table %s: nothing was stored"
						.formatted(ids - rows, ids, table));
		}
		if (rows < ids) {
			throw new DuplicateKeyException(
					"%d of %d ids belong to rows of other tenants in vector table %s: nothing was stored"
						.formatted(ids - rows, ids, table));
		}
	}

	/**
	 * Check that a write did not fail for the row of another tenant that has one of its
	 * ids, and that the policy hides.
	 */
	public static void requireOwnRows(VectorTable table, SQLException failure) {
		if (table.tenantKey() != null && failure instanceof PSQLException refusal
				&& refusal.getServerErrorMessage() != null
				&& ROW_SECURITY.equals(refusal.getServerErrorMessage().getRoutine())) {
			throw new DuplicateKeyException(
					"ids belong to rows of other tenants in vector table %s: nothing was stored".formatted(table),
					failure);
		}
	}

}
