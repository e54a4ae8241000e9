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
 * Tables with many dead rows, beyond what autovacuum waits for.
 */
public final class DeadRows extends RowCheck {

	/**
	 * Autovacuum begins at a threshold, which a table may have of its own. One that works
	 * on a table now is about to mend it.
	 */
	private static final String QUESTION = """
			WITH dead AS MATERIALIZED (
				SELECT c.oid, n.nspname AS schema, c.relname AS "table", c.reltuples, c.reloptions,
					pg_stat_get_live_tuples(c.oid) AS live, pg_stat_get_dead_tuples(c.oid) AS dead
				FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND %s
				WHERE c.relkind IN ('r', 'm') AND pg_stat_get_dead_tuples(c.oid) >= 10000)
			SELECT d.schema, d."table", d.live AS "liveRows", d.dead AS "deadRows",
				extract(epoch FROM now() - greatest(pg_stat_get_last_vacuum_time(d.oid),
					pg_stat_get_last_autovacuum_time(d.oid)))::float8 AS "vacuumedSecondsAgo",
				extract(epoch FROM now() - greatest(pg_stat_get_last_analyze_time(d.oid),
					pg_stat_get_last_autoanalyze_time(d.oid)))::float8 AS "analyzedSecondsAgo",
				o.enabled AS "autovacuum"
			FROM dead d
			CROSS JOIN LATERAL (
				SELECT
					coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_enabled'), 'true')::boolean
						AND current_setting('autovacuum')::boolean AS enabled,
					coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold'),
						current_setting('autovacuum_vacuum_threshold'))::float8 AS threshold,
					coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor'),
						current_setting('autovacuum_vacuum_scale_factor'))::float8 AS factor
				FROM pg_options_to_table(d.reloptions)) o
			WHERE d.dead >= 2 * (o.threshold + o.factor * greatest(d.reltuples, 0))
				AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum p WHERE p.relid = d.oid)
			ORDER BY d.dead DESC
			LIMIT 20""".formatted(Sql.USER_SCHEMA);

	public DeadRows() {
		super("vacuum", "dead-rows", CheckScope.WRITER, QUESTION,
				"No table has twice as many dead rows as autovacuum waits for.");
	}

	@Override
	protected void report(Answer answer, Row row, Findings findings) {
		String name = Sql.identifier(row.text("schema")) + "." + Sql.identifier(row.text("table"));
		String vacuumed = row.has("vacuumedSecondsAgo")
				? "was last vacuumed %s ago".formatted(Text.duration(row.fraction("vacuumedSecondsAgo")))
				: "has not been vacuumed since statistics began";
		findings.add(row.is("autovacuum") ? FindingLevel.LOOK : FindingLevel.ACT, null,
				row.text("schema") + "." + row.text("table"),
				"The table has %s dead rows beside %s live ones, and %s. Queries read them all."
					.formatted(Text.number(row.number("deadRows")), Text.number(row.number("liveRows")), vacuumed),
				row.is("autovacuum")
						? "See whether a long transaction (section queries) or a replication slot (section replication) keeps vacuum from removing them. If not, let autovacuum begin earlier for this table by autovacuum_vacuum_scale_factor."
						: "Autovacuum is off for this table. Vacuum it, and enable autovacuum again.",
				row.is("autovacuum") ? "VACUUM (ANALYZE) " + name
						: "ALTER TABLE " + name + " RESET (autovacuum_enabled)");
	}

}
