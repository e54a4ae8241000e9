package io.rdsboot.vector.recall;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;

import javax.sql.DataSource;

import io.rdsboot.vector.index.session.IndexComments;
import io.rdsboot.vector.index.session.IndexComments.CommentedIndex;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * What the database says about a vector column.
 *
 * @param index the index, or {@code null} if there is none that is valid
 * @param now the server's time
 * @param rows about how many rows the table has
 * @param changes rows that have been written since the server's statistics began
 */
record ColumnState(@Nullable CommentedIndex index, Instant now, long rows, long changes) {

	private static final String STATE = """
			SELECT clock_timestamp(), CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint ELSE coalesce(s.n_live_tup, 0) END,
				coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0)
			FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE c.oid = to_regclass(?)""";

	/**
	 * Read it from the writer, which alone counts what is written.
	 */
	static ColumnState read(DataSource dataSource, VectorTable table, VectorColumn column) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			connection.setAutoCommit(false);
			try {
				return read(connection, table, column);
			}
			finally {
				connection.rollback();
				connection.setAutoCommit(true);
			}
		}
	}

	private static ColumnState read(Connection connection, VectorTable table, VectorColumn column) throws SQLException {
		try (Statement limits = connection.createStatement()) {
			// The definition of an index is behind the locks of its table.
			limits.execute("SET LOCAL lock_timeout = '5s'");
		}
		try (PreparedStatement statement = connection.prepareStatement(STATE)) {
			statement.setString(1, table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					throw new SQLException("Vector table %s does not exist".formatted(table), "42P01");
				}
				return new ColumnState(IndexComments.find(connection, table, column),
						row.getObject(1, OffsetDateTime.class).toInstant(), row.getLong(2), row.getLong(3));
			}
		}
	}

}
