package io.rdsboot.vector.index.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import io.rdsboot.vector.table.VectorTable;

/**
 * Rows of a vector table, counted as far as an index needs it. Never reads a large table
 * to its end. Whether there are as many as an index needs is asked once: rows that are
 * loaded meanwhile must not let an index be built that was chosen for an empty table. Not
 * thread-safe.
 */
public final class TableRows {

	/**
	 * The values of a column that was added later may all be beyond the rows that are
	 * looked at; then the server's own statistics say how many there are.
	 */
	private static final String COUNT = """
			SELECT (SELECT count(*) FROM (SELECT 1 FROM (SELECT %2$s FROM %1$s LIMIT 100000) looked_at
					WHERE %2$s IS NOT NULL LIMIT %3$d) present) >= %3$d
				OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
					JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
					WHERE c.oid = to_regclass(?) AND s.attname = ? AND c.reltuples * (1 - s.null_frac) >= %3$d)""";

	/**
	 * Row-level security hides the rows from a session without a tenant, but not their
	 * number.
	 */
	private static final String ESTIMATE = """
			SELECT CASE WHEN ? = 1 THEN pg_relation_size(oid) > 0
				ELSE greatest(pg_stat_get_live_tuples(oid), reltuples) >= ? END
			FROM pg_class WHERE oid = to_regclass(?)""";

	private final Connection connection;

	private final Map<Question, Boolean> answers = new HashMap<>();

	public TableRows(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Whether the table has the rows that an index needs.
	 */
	public boolean suffice(IndexDefinition index) throws SQLException {
		int required = index.requiredRows();
		return required == 0 || suffice(index.table(), index.column(), required);
	}

	/**
	 * Whether at least so many rows have a value in a column.
	 */
	public boolean suffice(VectorTable table, String column, int required) throws SQLException {
		Question question = new Question(table, column, required);
		Boolean answer = this.answers.get(question);
		if (answer == null) {
			answer = haveValues(table, column, required);
			this.answers.put(question, answer);
		}
		return answer;
	}

	/**
	 * Whether a row has a value in a column.
	 */
	public boolean hasValues(VectorTable table, String column) throws SQLException {
		return haveValues(table, column, 1);
	}

	private boolean haveValues(VectorTable table, String column, int required) throws SQLException {
		return query("SELECT row_security_active(to_regclass(?))", table.quotedName())
				? query(ESTIMATE, required, required, table.quotedName())
				: query(COUNT.formatted(table.quotedName(), VectorTable.quote(column), required), table.quotedName(),
						column);
	}

	private boolean query(String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

	private record Question(VectorTable table, String column, int required) {

	}

}
