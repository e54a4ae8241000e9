package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.OptionalLong;

import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.table.VectorTable;
import org.postgresql.util.PSQLState;

/**
 * Part of an upsert that stores many records by {@code COPY}, where none of their ids
 * exists. The server takes half as long for it as for an {@code INSERT} that can replace
 * rows, which looks for each id before it inserts a row and logs each row by itself.
 * Thread-safe.
 *
 * <p>
 * It is all or none of an upsert that is stored so, because rows are locked in the order
 * of their ids, by which no two writes wait for each other.
 */
final class NewRecords {

	/**
	 * Records from which on a {@code COPY} is faster, with the question whether their ids
	 * exist.
	 */
	private static final int LEAST = 200;

	private final VectorTable table;

	private final String canBeCopied;

	private final List<RecordColumn> ids;

	private final RecordCopy copy;

	NewRecords(VectorTable table, WriteSql sql) {
		this.table = table;
		this.canBeCopied = sql.canBeCopied();
		this.ids = sql.columns().subList(0, 1);
		this.copy = new RecordCopy(table, sql.copy(), sql.columns(), false);
	}

	/**
	 * Store records, unless the table or one of them needs an upsert.
	 * @param records records with different ids, in their order
	 * @return how many rows were stored, or empty if nothing was, and the transaction is
	 * as it was before
	 */
	OptionalLong tryToStore(Connection connection, List<? extends NumberedRecord<?>> records) throws SQLException {
		if (records.size() < LEAST || this.table.tenantKey() != null || !canBeCopied(connection, records)) {
			return OptionalLong.empty();
		}
		Savepoint before = connection.setSavepoint();
		try {
			long rows = this.copy.send(connection, records, null);
			connection.releaseSavepoint(before);
			return OptionalLong.of(rows);
		}
		catch (SQLException ex) {
			if (!PSQLState.UNIQUE_VIOLATION.getState().equals(ex.getSQLState())) {
				throw ex;
			}
			// Another transaction was faster, or this is not about the id.
			connection.rollback(before);
			return OptionalLong.empty();
		}
	}

	private boolean canBeCopied(Connection connection, List<? extends NumberedRecord<?>> records) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.canBeCopied)) {
			new RecordArrays(this.table, this.ids, null).set(statement, records);
			statement.setString(2, this.table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

}
