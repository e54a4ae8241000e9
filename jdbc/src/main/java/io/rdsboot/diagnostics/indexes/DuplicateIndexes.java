package io.rdsboot.diagnostics.indexes;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Sql;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Indexes that another one makes superfluous: the same index twice, or a B-tree whose key
 * is the beginning of another's. Two indexes are the same only if they agree in access
 * method, columns, operator classes, collations, order, expressions, predicate and
 * storage parameters: HNSW indexes of one column for two distances are not.
 */
public final class DuplicateIndexes extends Check {

	/**
	 * Of two that are the same, the one to drop is not unique where the other one is, has
	 * no constraint, or is the newer one. The vectors of the catalogue are compared as
	 * texts; those of operator classes, collations and orders have no included columns.
	 */
	private static final String QUESTION = """
			WITH candidate AS MATERIALIZED (
				SELECT i.indexrelid, i.indrelid, c.relname AS index, c.relam, %s AS size, i.indkey::text AS keys,
					i.indclass::text AS classes, i.indcollation::text AS collations, i.indoption::text AS options,
					coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions,
					coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
					coalesce(c.reloptions::text, '') AS parameters, i.indisunique, i.indnullsnotdistinct, i.indnkeyatts,
					i.indnatts, %s AS droppable
				FROM pg_index i
				JOIN pg_class c ON c.oid = i.indexrelid
				JOIN pg_namespace n ON n.oid = c.relnamespace AND %s
				WHERE i.indisvalid),
			superfluous AS MATERIALIZED (
				SELECT DISTINCT ON (a.indexrelid) a.*, b.index AS other, a.keys = b.keys AS same
				FROM candidate a
				JOIN candidate b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.relam = a.relam
					AND b.expressions = a.expressions AND b.predicate = a.predicate AND b.parameters = a.parameters
				WHERE a.droppable AND (
					b.keys = a.keys AND b.indnkeyatts = a.indnkeyatts AND b.classes = a.classes
						AND b.collations = a.collations AND b.options = a.options
						AND (NOT a.indisunique OR b.indisunique AND b.indnullsnotdistinct = a.indnullsnotdistinct)
						AND (a.indisunique < b.indisunique OR NOT b.droppable OR a.indexrelid > b.indexrelid)
					OR a.relam = (SELECT oid FROM pg_am WHERE amname = 'btree') AND NOT a.indisunique
						AND a.expressions = '' AND a.indnatts = a.indnkeyatts AND b.indnkeyatts > a.indnkeyatts
						AND starts_with(b.keys, a.keys || ' ') AND starts_with(b.classes, a.classes || ' ')
						AND starts_with(b.collations, a.collations || ' ') AND starts_with(b.options, a.options || ' '))
				ORDER BY a.indexrelid, b.keys = a.keys DESC, b.indexrelid
				LIMIT 200)
			SELECT n.nspname AS schema, t.relname AS "table", s.index, s.other, s.same, s.size AS "sizeBytes"
			FROM superfluous s JOIN pg_class t ON t.oid = s.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
			ORDER BY s.size DESC""".formatted(IndexSql.SIZE, IndexSql.DROPPABLE, Sql.USER_SCHEMA);

	public DuplicateIndexes() {
		super("indexes", "duplicate-indexes", CheckScope.ANY);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			answer.rows().forEach((row) -> report(row, findings));
		}
		if (findings.isEmpty()) {
			findings.fine("No index makes another one superfluous.");
		}
	}

	private static void report(Row row, Findings findings) {
		String why = row.is("same") ? "The index is the same as %s"
				: "The key of the index is the beginning of that of %s";
		findings.add(FindingLevel.LOOK, null, IndexSql.name(row),
				(why + ". Each write to %s.%s maintains both; this one takes %s.").formatted(row.text("other"),
						row.text("schema"), row.text("table"), Text.bytes(row.number("sizeBytes"))),
				row.is("same") ? "Drop it."
						: "Drop it, unless the other one is so much larger that it slows the queries down.",
				"DROP INDEX CONCURRENTLY " + IndexSql.identifier(row));
	}

}
