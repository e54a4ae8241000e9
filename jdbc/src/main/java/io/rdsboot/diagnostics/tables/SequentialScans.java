package io.rdsboot.diagnostics.tables;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.RowCheck;
import io.rdsboot.diagnostics.check.Sql;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Larger tables that are often read whole.
 */
public final class SequentialScans extends RowCheck {

	/**
	 * A reader counts its own scans, but knows the number of rows from the catalogue
	 * alone. A scan that ends early, as an {@code EXISTS} does, reads few rows. What
	 * happens a hundred times is more than exports and migrations. The functions behind
	 * the view of tables cost less with very many of them.
	 */
	private static final String QUESTION = """
			WITH large AS MATERIALIZED (
				SELECT c.oid, n.nspname AS schema, c.relname AS "table", pg_stat_get_numscans(c.oid) AS scans,
					pg_stat_get_tuples_returned(c.oid) AS returned,
					greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))::bigint AS rows
				FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND %s
				WHERE c.relkind IN ('r', 'm') AND pg_stat_get_numscans(c.oid) >= 100
					AND greatest(c.reltuples, pg_stat_get_live_tuples(c.oid)) >= 10000)
			SELECT schema, "table", large.scans AS "sequentialScans", i.scans AS "indexScans", returned / large.scans AS "rowsPerScan",
				rows
			FROM large CROSS JOIN LATERAL (
				SELECT coalesce(sum(pg_stat_get_numscans(x.indexrelid)), 0)::bigint AS scans
				FROM pg_index x WHERE x.indrelid = large.oid) i
			WHERE returned / large.scans >= 10000 AND 100.0 * i.scans / (large.scans + i.scans) < 95
			ORDER BY returned DESC
			LIMIT 20"""
		.formatted(Sql.USER_SCHEMA);

	public SequentialScans() {
		super("tables", "sequential-scans", CheckScope.EACH, QUESTION,
				"No table of 10,000 rows or more has often been read whole.");
	}

	@Override
	protected void report(Answer answer, Row row, Findings findings) {
		findings.add(FindingLevel.LOOK, answer.instance(), row.text("schema") + "." + row.text("table"),
				"The table has been read sequentially %s times, %s rows each time, and by an index %s times.".formatted(
						Text.number(row.number("sequentialScans")), Text.number(row.number("rowsPerScan")),
						Text.number(row.number("indexScans"))),
				"Find its queries (section statements), and see with EXPLAIN which condition lacks an index.", null);
	}

}
