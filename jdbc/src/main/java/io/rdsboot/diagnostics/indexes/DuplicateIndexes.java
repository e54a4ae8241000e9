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
 * Indexes that another one makes superfluous: the same index twice, or a B-tree whose key
 * is the beginning of another's, which has all its columns. Two indexes are the same only
 * if they agree in access method, columns, operator classes, collations, expressions,
 * predicate and storage parameters, and have the same order or the reverse one: HNSW
 * indexes of one column for two distances are not.
 */
public final class DuplicateIndexes extends RowCheck {

	/**
	 * Of two that are the same, the one to drop is not unique where the other one is, has
	 * no constraint, or is the newer one. A deferrable constraint does not replace a
	 * unique index. The vectors of the catalogue are compared as texts; those of operator
	 * classes, collations and orders have no included columns. An order is 1 for DESC
	 * plus 2 for NULLS FIRST, so that its reverse is 3 less it.
	 */
	private static final String QUESTION = """
			WITH candidate AS MATERIALIZED (
				SELECT i.indexrelid, i.indrelid, c.relname AS index, c.relam, %s AS size, i.indkey::text AS columns,
					array_to_string((i.indkey::int2[])[0:i.indnkeyatts - 1], ' ') AS keys,
					i.indclass::text AS classes, i.indcollation::text AS collations, i.indoption::text AS options,
					translate(i.indoption::text, '0123', '3210') AS reverse,
					coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions,
					coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
					coalesce(c.reloptions::text, '') AS parameters, i.indisunique, i.indnullsnotdistinct, i.indimmediate,
					i.indnkeyatts, i.indnatts, c.relkind = 'I' AS partitioned, %s AS droppable
				FROM pg_index i
				JOIN pg_class c ON c.oid = i.indexrelid
				JOIN pg_namespace n ON n.oid = c.relnamespace AND %s
				WHERE i.indisvalid),
			superfluous AS MATERIALIZED (
				SELECT DISTINCT ON (a.indexrelid) a.*, b.index AS other, a.columns = b.columns AS same
				FROM candidate a
				JOIN candidate b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.relam = a.relam
					AND b.predicate = a.predicate AND b.parameters = a.parameters
				WHERE a.droppable AND (
					b.columns = a.columns AND b.indnkeyatts = a.indnkeyatts AND b.expressions = a.expressions
						AND b.classes = a.classes AND b.collations = a.collations AND b.options IN (a.options, a.reverse)
						AND (NOT a.indisunique
							OR b.indisunique AND b.indimmediate AND b.indnullsnotdistinct = a.indnullsnotdistinct)
						AND (a.indisunique < b.indisunique OR NOT b.droppable OR a.indexrelid > b.indexrelid)
					OR a.relam = (SELECT oid FROM pg_am WHERE amname = 'btree') AND NOT a.indisunique
						AND (b.indnkeyatts > a.indnkeyatts OR b.indnkeyatts = a.indnkeyatts AND b.indnatts > a.indnatts)
						AND starts_with(b.keys || ' ', a.keys || ' ')
						AND string_to_array(a.columns, ' ') <@ string_to_array(b.columns, ' ')
						AND (a.expressions IN ('', b.expressions) OR starts_with(b.expressions, a.expressions || ', '))
						AND starts_with(b.classes || ' ', a.classes || ' ')
						AND starts_with(b.collations || ' ', a.collations || ' ')
						AND (starts_with(b.options || ' ', a.options || ' ')
							OR starts_with(b.options || ' ', a.reverse || ' ')))
				ORDER BY a.indexrelid, b.columns = a.columns DESC, b.indexrelid
				LIMIT 200)
			SELECT n.nspname AS schema, t.relname AS "table", s.index, s.other, s.same, s.partitioned,
				coalesce(p.size, s.size) AS "sizeBytes"
			FROM superfluous s JOIN pg_class t ON t.oid = s.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
			LEFT JOIN LATERAL (%s) p ON s.partitioned
			ORDER BY "sizeBytes" DESC"""
		.formatted(IndexSql.SIZE, IndexSql.DROPPABLE, Sql.USER_SCHEMA, IndexSql.partitions("s.indexrelid"));

	public DuplicateIndexes() {
		super("indexes", "duplicate-indexes", CheckScope.ANY, QUESTION, "No index makes another one superfluous.");
	}

	@Override
	protected void report(Answer answer, Row row, Findings findings) {
		String why = row.is("same") ? "The index is the same as %s"
				: "The key of the index is the beginning of that of %s";
		findings.add(FindingLevel.LOOK, null, IndexSql.name(row),
				(why + ". Each write to %s.%s maintains both; this one takes %s.").formatted(row.text("other"),
						row.text("schema"), row.text("table"), Text.bytes(row.number("sizeBytes"))),
				(row.is("same") ? "Drop it."
						: "Drop it, unless the other one is so much larger that it slows the queries down.")
						+ IndexSql.dropAdvice(row),
				IndexSql.drop(row));
	}

}
