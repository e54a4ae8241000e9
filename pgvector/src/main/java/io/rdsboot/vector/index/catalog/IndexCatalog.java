package io.rdsboot.vector.index.catalog;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * What the database's catalogue says about the indexes of a vector table.
 */
public final class IndexCatalog {

	private static final String INDEXES = """
			SELECT c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), am.amname,
				pg_get_indexdef(i.indexrelid, 1, true),
				ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0
					AND (a.attnum = ANY (i.indkey) OR EXISTS (SELECT 1 FROM pg_depend d
						WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
							AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))),
				o.opcname, o.opcdefault, c.reloptions, i.indpred IS NOT NULL, i.indisvalid AND i.indisready,
				EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid),
				pg_get_indexdef(i.indexrelid), obj_description(c.oid, 'pg_class')
			FROM pg_index i
			JOIN pg_class c ON c.oid = i.indexrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace
			JOIN pg_am am ON am.oid = c.relam
			JOIN pg_opclass o ON o.oid = i.indclass[0]
			WHERE i.indrelid = to_regclass(?) AND i.indnkeyatts = 1
			ORDER BY c.oid""";

	private final Connection connection;

	public IndexCatalog(Connection connection) {
		this.connection = connection;
	}

	public boolean exists(VectorTable table) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
			statement.setString(1, table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

	/**
	 * Return the names of a table's partitions that hold rows, in quotes, or {@code null}
	 * if it is not partitioned.
	 */
	public @Nullable List<String> partitions(VectorTable table) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement("""
				SELECT array(SELECT p.relid::regclass::text FROM pg_partition_tree(c.oid) p WHERE p.isleaf
					ORDER BY 1) FROM pg_class c WHERE c.oid = to_regclass(?) AND c.relkind = 'p'""")) {
			statement.setString(1, table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? List.of((String[]) row.getArray(1).getArray()) : null;
			}
		}
	}

	/**
	 * Return the time of the server.
	 */
	public Instant now() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
			row.next();
			return row.getObject(1, OffsetDateTime.class).toInstant();
		}
	}

	/**
	 * Return how many rows an index had when it was built or, if that was later, when its
	 * table was analyzed.
	 */
	public long rows(ExistingIndex index) throws SQLException {
		try (PreparedStatement statement = this.connection
			.prepareStatement("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(?)")) {
			statement.setString(1, index.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? Math.max(row.getLong(1), 0) : 0;
			}
		}
	}

	public List<ExistingIndex> indexes(VectorTable table) throws SQLException {
		List<ExistingIndex> indexes = new ArrayList<>();
		try (PreparedStatement statement = this.connection.prepareStatement(INDEXES)) {
			statement.setString(1, table.quotedName());
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					indexes.add(new ExistingIndex(rows.getString(1), rows.getString(2), rows.getString(3),
							rows.getString(4), List.of((String[]) rows.getArray(5).getArray()), rows.getString(6),
							rows.getBoolean(7), parameters(rows.getArray(8)), rows.getBoolean(9), rows.getBoolean(10),
							rows.getBoolean(11), rows.getString(12), IndexClaims.of(rows.getString(13))));
				}
			}
		}
		return indexes;
	}

	private static Map<String, String> parameters(@Nullable Array array) throws SQLException {
		Map<String, String> parameters = new HashMap<>();
		if (array != null) {
			for (String parameter : (String[]) array.getArray()) {
				int separator = parameter.indexOf('=');
				parameters.put(parameter.substring(0, separator), parameter.substring(separator + 1));
			}
		}
		return parameters;
	}

}
