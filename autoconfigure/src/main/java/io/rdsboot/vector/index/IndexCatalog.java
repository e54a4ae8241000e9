package io.rdsboot.vector.index;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.vector.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * What the database's catalogue says about the indexes of a vector table.
 */
final class IndexCatalog {

	private static final String INDEXES = """
			SELECT c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), am.amname, o.opcname,
				c.reloptions, i.indisvalid AND i.indisready,
				EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
			FROM pg_index i
			JOIN pg_class c ON c.oid = i.indexrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace
			JOIN pg_am am ON am.oid = c.relam
			JOIN pg_opclass o ON o.oid = i.indclass[0]
			JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = to_regclass(?) AND a.attname = ? AND am.amname IN ('hnsw', 'ivfflat')
				AND i.indnkeyatts = 1 AND i.indpred IS NULL
			ORDER BY c.oid""";

	private final Connection connection;

	IndexCatalog(Connection connection) {
		this.connection = connection;
	}

	boolean exists(VectorTable table) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
			statement.setString(1, table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

	List<ExistingIndex> indexes(VectorTable table) throws SQLException {
		List<ExistingIndex> indexes = new ArrayList<>();
		try (PreparedStatement statement = this.connection.prepareStatement(INDEXES)) {
			statement.setString(1, table.quotedName());
			statement.setString(2, table.embedding().name());
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					indexes.add(new ExistingIndex(rows.getString(1), rows.getString(2), rows.getString(3),
							rows.getString(4), options(rows.getArray(5)), rows.getBoolean(6), rows.getBoolean(7)));
				}
			}
		}
		return indexes;
	}

	boolean hasRows(VectorTable table, int rows) throws SQLException {
		String sql = "SELECT count(*) >= %1$d FROM (SELECT 1 FROM %2$s LIMIT %1$d) present".formatted(rows,
				table.quotedName());
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() && row.getBoolean(1);
		}
	}

	private static Map<String, String> options(@Nullable Array array) throws SQLException {
		Map<String, String> options = new HashMap<>();
		if (array != null) {
			for (String option : (String[]) array.getArray()) {
				int separator = option.indexOf('=');
				options.put(option.substring(0, separator), option.substring(separator + 1));
			}
		}
		return options;
	}

}
