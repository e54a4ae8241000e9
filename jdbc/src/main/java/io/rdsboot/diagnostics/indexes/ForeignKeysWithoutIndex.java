package io.rdsboot.diagnostics.indexes;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.RowCheck;
import io.rdsboot.diagnostics.check.Sql;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Foreign keys of larger tables with no column that an index begins with, though rows
 * that they reference are deleted: each deletion reads the whole table.
 */
public final class ForeignKeysWithoutIndex extends RowCheck {

	/**
	 * PostgreSQL looks for referencing rows by equality, which a B-tree or a hash index
	 * answers, also one that begins with some of the columns. A partial index serves
	 * where it leaves out nothing but nulls. Only the writer counts deletions. Rows of
	 * partitions count together.
	 */
	private static final String QUESTION = """
			WITH RECURSIVE uncovered AS MATERIALIZED (
					SELECT f.conrelid, f.confrelid, f.conname, f.conkey
					FROM pg_constraint f
					JOIN pg_class t ON t.oid = f.conrelid
					JOIN pg_namespace n ON n.oid = t.relnamespace AND %s
					WHERE f.contype = 'f' AND f.conparentid = 0 AND NOT EXISTS (
						SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
						WHERE i.indrelid = f.conrelid AND i.indisvalid AND m.amname IN ('btree', 'hash')
							AND i.indkey[0] = ANY (f.conkey)
							AND coalesce(pg_get_expr(i.indpred, i.indrelid), '') ~ '^$|^\\([^()]+ IS NOT NULL\\)$')),
				part(root, oid) AS (
					SELECT t.oid, t.oid FROM pg_class t
					WHERE t.oid IN (SELECT conrelid FROM uncovered UNION SELECT confrelid FROM uncovered)
					UNION ALL
					SELECT p.root, h.inhrelid
					FROM part p JOIN pg_inherits h ON h.inhparent = p.oid
					JOIN pg_class c ON c.oid = h.inhrelid AND c.relispartition),
				counted AS MATERIALIZED (
					SELECT p.root, sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid)))::bigint AS rows,
						sum(pg_stat_get_tuples_deleted(c.oid))::bigint AS deleted
					FROM part p JOIN pg_class c ON c.oid = p.oid AND c.relkind = 'r'
					GROUP BY p.root)
			SELECT n.nspname AS schema, t.relname AS "table", u.conname AS "foreignKey", k.columns,
				referenced.relname AS "referencedTable", large.rows, deleting.deleted AS "deletedRows",
				t.relkind = 'p' AS partitioned
			FROM uncovered u
			JOIN counted large ON large.root = u.conrelid AND large.rows >= 10000
			JOIN counted deleting ON deleting.root = u.confrelid AND deleting.deleted >= 100
			JOIN pg_class t ON t.oid = u.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
			JOIN pg_class referenced ON referenced.oid = u.confrelid
			CROSS JOIN LATERAL (
				SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY key.position) AS columns
				FROM unnest(u.conkey) WITH ORDINALITY key(number, position)
				JOIN pg_attribute a ON a.attrelid = u.conrelid AND a.attnum = key.number) k
			ORDER BY large.rows::float8 * deleting.deleted DESC
			LIMIT 50""".formatted(Sql.USER_SCHEMA);

	public ForeignKeysWithoutIndex() {
		super("indexes", "foreign-keys-without-index", CheckScope.WRITER, QUESTION,
				"Deletions of referenced rows read no table of 10,000 rows or more without an index.");
	}

	@Override
	protected void report(Answer answer, Row row, Findings findings) {
		findings.add(FindingLevel.LOOK, null, row.text("schema") + "." + row.text("table"),
				"No index begins with a column of the foreign key %s (%s). %s rows of %s have been deleted: each deletion reads about %s rows to look for references."
					.formatted(row.text("foreignKey"), row.text("columns"), Text.number(row.number("deletedRows")),
							row.text("referencedTable"), Text.number(row.number("rows"))),
				row.is("partitioned")
						? "Create an index. On a partitioned table it cannot be built concurrently: build one on each partition first, which the statement then takes over."
						: "Create an index.",
				"CREATE INDEX %sON %s.%s (%s)".formatted(row.is("partitioned") ? "" : "CONCURRENTLY ",
						Sql.identifier(row.text("schema")), Sql.identifier(row.text("table")), row.text("columns")));
	}

}
