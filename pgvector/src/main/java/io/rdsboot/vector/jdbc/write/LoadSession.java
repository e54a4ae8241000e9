package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;

import io.rdsboot.vector.LoadMode;
import io.rdsboot.vector.jdbc.copy.CopyRows;
import io.rdsboot.vector.jdbc.copy.CopySink;
import io.rdsboot.vector.jdbc.copy.CopyStream;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.KeyValues;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * What one connection does for a load, within a transaction. Not thread-safe.
 */
final class LoadSession implements CopySink, AutoCloseable {

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private final Connection connection;

	private final WriteSql sql;

	private final VectorTable table;

	private final LoadMode mode;

	private final String copySql;

	private final boolean shared;

	/** What is under way, if anything is. */
	private @Nullable CopyStream copy;

	private boolean begun;

	private long rows;

	/** Where the rows are staged, but not stored, once it was tried to store them. */
	private @Nullable Savepoint staged;

	/**
	 * Start to load.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 * @param shared whether what reads the records may use the connection too. It is busy
	 * as long as a {@code COPY} is under way, so there is one for each part then
	 */
	LoadSession(Connection connection, VectorTable table, WriteSql sql, LoadMode mode, @Nullable Object tenant,
			boolean shared) throws SQLException {
		this.connection = connection;
		this.sql = sql;
		this.table = table;
		this.mode = mode;
		this.shared = shared;
		if (shared) {
			// A COPY that comes first would begin the transaction without telling the
			// server that it is read-only, where it is, and would be stored.
			execute("SELECT");
		}
		TenantSetting.apply(connection, table, tenant);
		if (mode == LoadMode.REPLACE) {
			execute(sql.lockAgainstWrites());
			deleteAll(tenant);
		}
		if (isStaged(table, mode)) {
			StagingTable.create(connection, table, sql);
			this.copySql = sql.copyToStaging();
		}
		else {
			this.copySql = sql.copy();
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
		CopyStream part = (this.copy != null) ? this.copy : open();
		part.write(bytes, length);
		if (this.shared) {
			endPart();
		}
	}

	private CopyStream open() throws SQLException {
		CopyStream part = CopyStream.open(this.connection, this.copySql);
		this.copy = part;
		if (this.begun) {
			byte[] header = CopyRows.header();
			part.write(header, header.length);
		}
		this.begun = true;
		return part;
	}

	private void endPart() throws SQLException {
		if (this.copy != null) {
			this.rows += this.copy.finish();
			this.copy = null;
		}
	}

	/**
	 * Return whether a query succeeds, or exceeds a limit of the server's. A {@code COPY}
	 * ends for it, and another one takes the rows that come after.
	 */
	boolean isWithinLimits(SqlStatement query) throws SQLException {
		endPart();
		return VectorConnections.isWithinLimits(this.connection, query);
	}

	/**
	 * Return how many rows were stored before those of the {@code COPY} that is or was
	 * the last.
	 */
	long rowsBefore() {
		return this.rows;
	}

	/**
	 * Store the rows that are staged. If other writes hold some of them for longer than
	 * the lock time-out, none is stored, nor kept from the others.
	 * @return what the server said then, or empty if the rows are stored
	 */
	Optional<SQLException> tryToStore() throws SQLException {
		endPart();
		if (this.staged == null) {
			this.staged = this.connection.setSavepoint();
		}
		try {
			this.rows = moveStaged();
			return Optional.empty();
		}
		catch (SQLException ex) {
			if (!LOCK_NOT_AVAILABLE.equals(ex.getSQLState())) {
				throw ex;
			}
			giveWay();
			return Optional.of(ex);
		}
	}

	/**
	 * Take back what was stored of the rows that are staged.
	 */
	void giveWay() throws SQLException {
		this.connection.rollback(Objects.requireNonNull(this.staged));
	}

	/**
	 * End the load, all but its transaction.
	 * @return how many rows were inserted or replaced
	 */
	long finish() throws SQLException {
		endPart();
		if (isStaged(this.table, this.mode)) {
			this.rows = (this.staged != null) ? this.rows : moveStaged();
			StagingTable.drop(this.connection, this.sql);
		}
		return this.rows;
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
		if (this.copy != null) {
			this.copy.close();
		}
	}

}
