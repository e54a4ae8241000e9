package io.rdsboot.move.schema;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.schema.SchemaDifference.Kind;

/**
 * Reads the objects of the application's schemas. What an extension, the server or the
 * move itself has made is left out, and so is what comes with another object: the indexes
 * of constraints, and what partitions have from their root.
 */
final class SchemaCatalog {

	private static final String TABLES = """
			pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND %s AND c.relkind IN ('r', 'p') AND %s"""
		.formatted(MoveTables.APPLICATION_SCHEMA, MoveTables.OF_NO_EXTENSION);

	/** Of a column {@code a}, with its default {@code def}: what follows the type. */
	private static final String COLUMN_REST = """
			concat(CASE WHEN a.attcollation NOT IN (0, (SELECT typcollation FROM pg_type WHERE oid = a.atttypid))
					THEN ' COLLATE ' || a.attcollation::regcollation END,
				CASE WHEN a.attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(def.adbin, def.adrelid),
						CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
					WHEN a.attidentity <> '' THEN format(' GENERATED %s AS IDENTITY',
						CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END)
					WHEN def.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(def.adbin, def.adrelid) END,
				CASE WHEN a.attnotnull THEN ' NOT NULL' END)""";

	private static final String COLUMNS = """
			pg_attribute a LEFT JOIN pg_attrdef def ON def.adrelid = a.attrelid AND def.adnum = a.attnum""";

	private static final Map<Kind, String> QUERIES = new EnumMap<>(Kind.class);

	static {
		QUERIES.put(Kind.EXTENSION,
				"""
						SELECT quote_ident(e.extname) AS name, NULL AS schema, NULL AS table, '' AS definition, '' AS strict,
							false AS refuses, format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', e.extname, n.nspname) AS create,
							NULL AS alter, NULL AS drop
						FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'""");
		QUERIES.put(Kind.SCHEMA, """
				SELECT quote_ident(n.nspname) AS name, NULL AS schema, NULL AS table, '' AS definition, '' AS strict,
					false AS refuses, format('CREATE SCHEMA %I', n.nspname) AS create, NULL AS alter, NULL AS drop
				FROM pg_namespace n WHERE {APPLICATION_SCHEMA} AND NOT EXISTS (SELECT FROM pg_depend d
					WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')""");
		QUERIES.put(Kind.TYPE,
				"""
						SELECT format('%I.%I', n.nspname, t.typname) AS name, NULL AS schema, NULL AS table, x.body AS definition,
							x.body AS strict, false AS refuses,
							format(CASE t.typtype WHEN 'd' THEN 'CREATE DOMAIN %I.%I AS %s' ELSE 'CREATE TYPE %I.%I AS %s' END,
								n.nspname, t.typname, x.body) AS create, NULL AS alter, NULL AS drop
						FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND {APPLICATION_SCHEMA}
						CROSS JOIN LATERAL (SELECT CASE t.typtype
							WHEN 'e' THEN (SELECT format('ENUM (%s)', string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder))
								FROM pg_enum e WHERE e.enumtypid = t.oid)
							WHEN 'd' THEN concat(format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN ' NOT NULL' END,
								' DEFAULT ' || t.typdefault, (SELECT string_agg(format(' CONSTRAINT %I %s', con.conname,
									pg_get_constraintdef(con.oid)), '' ORDER BY con.conname) FROM pg_constraint con
									WHERE con.contypid = t.oid AND con.contype = 'c'))
							ELSE (SELECT format('(%s)', string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
								ORDER BY a.attnum)) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
							END AS body) x
						WHERE (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c'))
							AND NOT EXISTS (SELECT FROM pg_depend d
								WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')""");
		QUERIES.put(Kind.SEQUENCE,
				"""
						SELECT format('%I.%I', n.nspname, c.relname) AS name, NULL AS schema, NULL AS table, x.body AS definition,
							'' AS strict, false AS refuses, format('CREATE SEQUENCE %I.%I %s', n.nspname, c.relname, x.body) AS create,
							format('ALTER SEQUENCE %I.%I %s', n.nspname, c.relname, x.body) AS alter, NULL AS drop
						FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
						CROSS JOIN LATERAL (SELECT format('AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %sCYCLE',
							format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
							CASE WHEN s.seqcycle THEN '' ELSE 'NO ' END) AS body) x
						WHERE {APPLICATION_SCHEMA} AND {OF_NO_EXTENSION} AND NOT EXISTS (SELECT FROM pg_depend d
							WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')""");
		QUERIES.put(Kind.TABLE,
				"""
						SELECT format('%I.%I', n.nspname, c.relname) AS name, n.nspname AS schema, c.relname AS table,
							concat_ws(' ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END, x.partition_of, x.partitioned,
								CASE WHEN c.relrowsecurity THEN 'ROW LEVEL SECURITY' END,
								CASE WHEN c.relforcerowsecurity THEN 'FORCED' END) AS definition,
							coalesce(x.partition_of, '') AS strict, false AS refuses,
							concat_ws(' ', format('CREATE %sTABLE %I.%I', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END,
									n.nspname, c.relname),
								coalesce(x.partition_of, (SELECT format('(%s)', string_agg(format('%I %s%s', a.attname,
									format_type(a.atttypid, a.atttypmod), {COLUMN_REST}), ', ' ORDER BY a.attnum)) FROM {COLUMNS}
									WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)), x.partitioned) AS create,
							NULL AS alter, NULL AS drop
						FROM {TABLES} CROSS JOIN LATERAL (SELECT
							(SELECT format('PARTITION OF %s %s', i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid))
								FROM pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition) AS partition_of,
							CASE c.relkind WHEN 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(c.oid) END AS partitioned) x""");
		QUERIES.put(Kind.COLUMN,
				"""
						SELECT format('%I.%I.%I', n.nspname, c.relname, a.attname) AS name, n.nspname AS schema, c.relname AS table,
							x.type || x.rest AS definition,
							CASE WHEN a.attgenerated = '' THEN x.type END || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS strict,
							a.attnotnull AND a.attgenerated = '' AND a.attidentity = '' AND def.adbin IS NULL AS refuses,
							format('ALTER TABLE %I.%I ADD COLUMN %I %s%s', n.nspname, c.relname, a.attname, x.type, x.rest) AS create,
							CASE WHEN a.attgenerated = '' AND a.attidentity = '' THEN format(
								'ALTER TABLE %1$I.%2$I ALTER COLUMN %3$I TYPE %4$s, ALTER COLUMN %3$I %5$s NOT NULL, ALTER COLUMN %3$I %6$s',
								n.nspname, c.relname, a.attname, x.type, CASE WHEN a.attnotnull THEN 'SET' ELSE 'DROP' END,
								coalesce('SET DEFAULT ' || pg_get_expr(def.adbin, def.adrelid), 'DROP DEFAULT')) END AS alter,
							format('ALTER TABLE %I.%I ALTER COLUMN %I DROP NOT NULL', n.nspname, c.relname, a.attname) AS drop
						FROM {TABLES} AND NOT c.relispartition JOIN {COLUMNS} ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
						CROSS JOIN LATERAL (SELECT format_type(a.atttypid, a.atttypmod) AS type, {COLUMN_REST} AS rest) x""");
		QUERIES.put(Kind.CONSTRAINT,
				"""
						SELECT format('%I ON %I.%I', con.conname, n.nspname, c.relname) AS name, n.nspname AS schema, c.relname AS table,
							pg_get_constraintdef(con.oid) AS definition,
							CASE WHEN con.contype <> 'f' THEN pg_get_constraintdef(con.oid) END AS strict, con.contype <> 'f' AS refuses,
							format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, con.conname,
								pg_get_constraintdef(con.oid)) AS create, NULL AS alter,
							format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, con.conname) AS drop
						FROM {TABLES} JOIN pg_constraint con ON con.conrelid = c.oid
							AND con.contype IN ('c', 'f', 'p', 'u', 'x') AND con.coninhcount = 0 AND con.conparentid = 0""");
		QUERIES.put(Kind.INDEX,
				"""
						SELECT format('%I.%I', n.nspname, x.relname) AS name, n.nspname AS schema, c.relname AS table,
							concat(replace(pg_get_indexdef(x.oid), ' ON ONLY ', ' ON '), CASE WHEN NOT i.indisvalid THEN ' INVALID' END)
								AS definition,
							CASE WHEN i.indisunique THEN pg_get_indexdef(x.oid) END AS strict, i.indisunique AS refuses,
							replace(pg_get_indexdef(x.oid), ' ON ONLY ', ' ON ') AS create, NULL AS alter,
							format('DROP INDEX %I.%I', n.nspname, x.relname) AS drop
						FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
						JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p', 'm')
						JOIN pg_namespace n ON n.oid = c.relnamespace AND {APPLICATION_SCHEMA} AND {OF_NO_EXTENSION}
						WHERE NOT EXISTS (SELECT FROM pg_constraint con
							WHERE con.conindid = x.oid AND con.conrelid = c.oid AND con.contype IN ('p', 'u', 'x'))""");
		QUERIES.put(Kind.FUNCTION,
				"""
						SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name,
							NULL AS schema, NULL AS table, pg_get_functiondef(p.oid) AS definition, '' AS strict, false AS refuses,
							pg_get_functiondef(p.oid) AS create, pg_get_functiondef(p.oid) AS alter, NULL AS drop
						FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND {APPLICATION_SCHEMA}
						WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT FROM pg_depend d
							WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')""");
		QUERIES.put(Kind.VIEW,
				"""
						SELECT format('%I.%I', n.nspname, c.relname) AS name, NULL AS schema, NULL AS table, x.compared AS definition,
							'' AS strict, false AS refuses,
							format(CASE c.relkind WHEN 'v' THEN 'CREATE OR REPLACE VIEW %I.%I AS %s' ELSE 'CREATE MATERIALIZED VIEW %I.%I AS %s' END,
								n.nspname, c.relname, rtrim(pg_get_viewdef(c.oid), ';')) AS create,
							CASE c.relkind WHEN 'v' THEN format('CREATE OR REPLACE VIEW %I.%I AS %s', n.nspname, c.relname,
								rtrim(pg_get_viewdef(c.oid), ';')) END AS alter, NULL AS drop
						FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND {APPLICATION_SCHEMA} AND {OF_NO_EXTENSION}
						CROSS JOIN LATERAL (SELECT {VIEW} AS compared) x WHERE c.relkind IN ('v', 'm')""");
		QUERIES.put(Kind.TRIGGER,
				"""
						SELECT format('%I ON %I.%I', t.tgname, n.nspname, c.relname) AS name, n.nspname AS schema, c.relname AS table,
							concat(pg_get_triggerdef(t.oid),
								CASE t.tgenabled WHEN 'D' THEN ' DISABLED' WHEN 'A' THEN ' ALWAYS' WHEN 'R' THEN ' REPLICA' END) AS definition,
							CASE WHEN t.tgenabled IN ('A', 'R') THEN pg_get_triggerdef(t.oid) END AS strict,
							t.tgenabled IN ('A', 'R') AS refuses, pg_get_triggerdef(t.oid) AS create, NULL AS alter,
							format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname) AS drop
						FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
						JOIN pg_namespace n ON n.oid = c.relnamespace AND {APPLICATION_SCHEMA} AND {OF_NO_EXTENSION}
						JOIN pg_proc p ON p.oid = t.tgfoid
						WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND p.pronamespace::regnamespace::text <> '{MOVE}'""");
		QUERIES.put(Kind.POLICY,
				"""
						SELECT format('%I ON %I.%I', p.policyname, n.nspname, p.tablename) AS name, n.nspname AS schema,
							p.tablename AS table, x.body AS definition, '' AS strict, false AS refuses,
							format('CREATE POLICY %I ON %I.%I %s', p.policyname, n.nspname, p.tablename, x.body) AS create, NULL AS alter,
							format('DROP POLICY %I ON %I.%I', p.policyname, n.nspname, p.tablename) AS drop
						FROM pg_policies p JOIN pg_namespace n ON n.nspname = p.schemaname AND {APPLICATION_SCHEMA}
						CROSS JOIN LATERAL (SELECT concat('AS ', p.permissive, ' FOR ', p.cmd, ' TO ',
							(SELECT string_agg(CASE r WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(r) END, ', ' ORDER BY r) FROM unnest(p.roles) r),
							' USING (' || p.qual || ')', ' WITH CHECK (' || p.with_check || ')') AS body) x""");
	}

	private SchemaCatalog() {
	}

	/**
	 * Return the objects of a side, in the order in which they can be made.
	 * @param sameVersion whether the other side is of the same major version. Views are
	 * written otherwise by another one, and are compared by their columns then
	 */
	static SortedMap<SchemaObject.Key, SchemaObject> read(MoveSession session, boolean sameVersion)
			throws SQLException {
		String view = sameVersion ? "pg_get_viewdef(c.oid)"
				: """
						(SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
							FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)""";
		SortedMap<SchemaObject.Key, SchemaObject> objects = new TreeMap<>();
		for (Map.Entry<Kind, String> query : QUERIES.entrySet()) {
			String sql = query.getValue()
				.replace("{TABLES}", TABLES)
				.replace("{COLUMN_REST}", COLUMN_REST)
				.replace("{COLUMNS}", COLUMNS)
				.replace("{APPLICATION_SCHEMA}", MoveTables.APPLICATION_SCHEMA)
				.replace("{OF_NO_EXTENSION}", MoveTables.OF_NO_EXTENSION)
				.replace("{MOVE}", MoveDatabase.SCHEMA)
				.replace("{VIEW}", view);
			for (SchemaObject object : session.rows(sql, (row) -> SchemaObject.read(query.getKey(), row))) {
				objects.put(object.key(), object);
			}
		}
		return objects;
	}

}
