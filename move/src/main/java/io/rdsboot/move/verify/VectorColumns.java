package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.move.TableName;

/**
 * The vector columns of pgvector, with the distances that indexes search them by.
 */
final class VectorColumns {

	/**
	 * The operator of an index is that of its operator family for ordering. A column
	 * without an index is searched by L2.
	 */
	private static final String COLUMNS = """
			SELECT n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, -1),
				quote_ident(en.nspname), coalesce(indexed.oprname, '<->')::text, (indexed.oprname IS NOT NULL)::text
			FROM pg_attribute a
			JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			JOIN pg_namespace n ON n.oid = c.relnamespace
			JOIN pg_type type ON type.oid = a.atttypid AND type.typname IN ('vector', 'halfvec', 'sparsevec')
			JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = type.oid AND d.deptype = 'e'
				AND d.refclassid = 'pg_extension'::regclass
			JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'vector'
			JOIN pg_namespace en ON en.oid = e.extnamespace
			LEFT JOIN LATERAL (
				SELECT DISTINCT o.oprname FROM pg_index i
				JOIN pg_class ic ON ic.oid = i.indexrelid
				JOIN pg_am am ON am.oid = ic.relam AND am.amname IN ('hnsw', 'ivfflat')
				JOIN pg_opclass opc ON opc.oid = i.indclass[0]
				JOIN pg_amop ao ON ao.amopfamily = opc.opcfamily AND ao.amoppurpose = 'o'
				JOIN pg_operator o ON o.oid = ao.amopopr
				WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL) indexed ON true
			WHERE NOT a.attisdropped ORDER BY 1, 2, 3, 6""";

	private VectorColumns() {
	}

	/**
	 * Return the columns of one side, and whether an index searches them by the distance.
	 */
	static Map<VectorColumn, Boolean> of(VerifiedDatabase database) throws SQLException {
		Map<VectorColumn, Boolean> columns = new LinkedHashMap<>();
		database.rows(COLUMNS)
			.forEach((row) -> columns.put(new VectorColumn(new TableName(row.get(0), row.get(1)), row.get(2),
					row.get(3), row.get(4), row.get(5)), row.get(6).equals("true")));
		return columns;
	}

	/**
	 * A column and a distance that it is searched by.
	 *
	 * @param table its table
	 * @param name its name
	 * @param type its type in SQL
	 * @param schema schema of the extension, in SQL
	 * @param operator operator of the distance
	 */
	record VectorColumn(TableName table, String name, String type, String schema, String operator) {
	}

}
