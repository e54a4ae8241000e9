package io.rdsboot.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.vector.copy.CopySink;
import io.rdsboot.vector.copy.CopyStream;
import org.jspecify.annotations.Nullable;

/**
 * What one connection does for a load, within a transaction. Not thread-safe.
 */
final class LoadSession implements CopySink, AutoCloseable {

	private final Connection connection;

	private final WriteSql sql;

	private final VectorTable table;

	private final LoadMode mode;

	private final CopyStream copy;

	/**
	 * Start to load.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	LoadSession(Connection connection, VectorTable table, WriteSql sql, LoadMode mode, @Nullable Object tenant)
			throws SQLException {
		this.connection = connection;
		this.sql = sql;
		this.table = table;
		this.mode = mode;
		TenantSetting.apply(connection, table, tenant);
		if (mode == LoadMode.REPLACE) {
			deleteAll(tenant);
		}
		if (isStaged(table, mode)) {
			execute(sql.createStaging());
			this.copy = CopyStream.open(connection, sql.copyToStaging());
		}
		else {
			this.copy = CopyStream.open(connection, sql.copy());
		}
	}

	/**
	 * Return whether rows go through a temporary table, and need their position. COPY
	 * does not replace rows, nor does it work with row-level security.
	 */
	static boolean isStaged(VectorTable table, LoadMode mode) {
		return mode == LoadMode.UPSERT || table.tenantKey() != null;
	}

	private void deleteAll(@Nullable Object tenant) throws SQLException {
		try (PreparedStatement delete = this.connection.prepareStatement(this.sql.deleteAll())) {
			if (this.table.tenantKey() != null) {
				KeyValues.bind(delete, 1, this.table.tenantKey().type(), tenant);
			}
			delete.executeUpdate();
		}
	}

	@Override
	public void write(byte[] bytes, int length) throws SQLException {
		this.copy.write(bytes, length);
	}

	/**
	 * End the load, all but its transaction.
	 * @return how many rows were inserted or replaced
	 */
	long finish() throws SQLException {
		long rows = this.copy.finish();
		if (isStaged(this.table, this.mode)) {
			rows = moveStaged();
			execute(this.sql.dropStaging());
		}
		return rows;
	}

	private long moveStaged() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			if (this.mode != LoadMode.UPSERT) {
				return statement.executeLargeUpdate(this.sql.insertStaged());
			}
			long rows = statement.executeLargeUpdate(this.sql.upsertStaged());
			if (this.table.tenantKey() != null) {
				try (ResultSet ids = statement.executeQuery(this.sql.countStagedIds())) {
					ids.next();
					TenantSetting.requireOwnRows(this.table, ids.getLong(1), rows);
				}
			}
			return rows;
		}
	}

	private void execute(String statementText) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(statementText);
		}
	}

	@Override
	public void close() throws SQLException {
		this.copy.close();
	}

}
