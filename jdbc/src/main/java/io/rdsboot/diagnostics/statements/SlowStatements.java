package io.rdsboot.diagnostics.statements;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Looks;
import io.rdsboot.diagnostics.check.QueryMask;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Sql;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Statements on which a server has spent most time, by {@code pg_stat_statements}.
 */
public final class SlowStatements extends Check {

	private static final String EXTENSION = """
			SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
			WHERE e.extname = 'pg_stat_statements'""";

	/**
	 * The columns are those of the extension's version, which an upgrade of the server
	 * leaves as it was: up to 1.7 the time is {@code total_time}. Without the texts, no
	 * file is read.
	 */
	private static final String RANKING = """
			SELECT s.userid::regrole::text AS user, s.queryid, s.calls, t.millis AS "totalMillis",
				t.millis / greatest(s.calls, 1) AS "meanMillis", s.rows,
				100 * t.millis / greatest(sum(t.millis) OVER (), 0.001) AS "sharePercent",
				100.0 * s.shared_blks_hit / greatest(s.shared_blks_hit + s.shared_blks_read, 1) AS "cacheHitPercent",
				s.temp_blks_written * current_setting('block_size')::bigint AS "temporaryBytes"
			FROM %s.pg_stat_statements(false) s
			CROSS JOIN LATERAL (SELECT to_jsonb(s) AS columns) j
			CROSS JOIN LATERAL (SELECT
				coalesce(j.columns ->> 'total_exec_time', j.columns ->> 'total_time')::float8 AS millis) t
			WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.queryid IS NOT NULL
			ORDER BY t.millis DESC
			LIMIT 20""";

	private static final String TEXTS = """
			SELECT DISTINCT ON (queryid) queryid, left(query, 4000) AS query FROM %s.pg_stat_statements(true)
			WHERE queryid = ANY (string_to_array(?, ',')::bigint[])""";

	private static final long MANY_CALLS = 100;

	private static final double SLOW_MILLIS = 20;

	private static final double LARGE_SHARE = 10;

	private final QueryMask mask;

	private final Looks<Map<String, Row>> looks = new Looks<>();

	public SlowStatements(QueryMask mask) {
		super("statements", "slow-statements", CheckScope.EACH);
		this.mask = mask;
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		List<Row> extension = session.query(EXTENSION);
		if (extension.isEmpty()) {
			return List.of();
		}
		String schema = Sql.identifier(extension.get(0).text("schema"));
		List<Row> ranking = session.query(RANKING.formatted(schema));
		Map<String, String> texts = texts(session, schema, ranking);
		List<Row> rows = new ArrayList<>();
		ranking.forEach((row) -> rows.add(row.with("query", texts.get(row.text("queryid")))));
		rows.add(Row.EMPTY);
		return rows;
	}

	/**
	 * The texts are in a file, whose reading may take too long: the ranking is worth
	 * showing without them.
	 */
	private Map<String, String> texts(DiagnosticSession session, String schema, List<Row> ranking) {
		Map<String, String> texts = new HashMap<>();
		try {
			String ids = ranking.stream().map((row) -> row.text("queryid")).collect(Collectors.joining(","));
			session.query(TEXTS.formatted(schema), ids)
				.forEach((row) -> texts.put(row.text("queryid"), this.mask.apply(row.text("query"))));
		}
		catch (SQLException ex) {
			return texts;
		}
		return texts;
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			if (answer.rows().isEmpty()) {
				findings.missing(answer.instance(),
						"The extension pg_stat_statements is not installed in this database. It also needs shared_preload_libraries, which RDS sets by default.",
						"CREATE EXTENSION pg_stat_statements");
				continue;
			}
			findings.requireStatistics(answer.server());
			List<Row> ranking = answer.rows().stream().filter((row) -> row.has("queryid")).toList();
			findings.show(answer.instance(), withRecent(answer.instance(), ranking));
			ranking.stream().filter(SlowStatements::isSlow).forEach((row) -> report(answer, row, findings));
		}
		if (findings.isEmpty() && !findings.lacksAnswers()) {
			findings.fine("No statement takes %.0f ms or more on average and a tenth of the time of all."
				.formatted(SLOW_MILLIS));
		}
	}

	private List<Row> withRecent(String instance, List<Row> ranking) {
		Map<String, Row> now = new HashMap<>();
		ranking.forEach((row) -> now.put(key(row), row));
		Looks.Look<Map<String, Row>> earlier = this.looks.next(instance, now);
		if (earlier == null) {
			return ranking;
		}
		return ranking.stream().map((row) -> withRecent(row, earlier)).toList();
	}

	private static Row withRecent(Row row, Looks.Look<Map<String, Row>> earlier) {
		Row then = earlier.found().get(key(row));
		if (then == null || then.number("calls") > row.number("calls")) {
			return row;
		}
		return row.with("recentCalls", row.number("calls") - then.number("calls"))
			.with("recentMillis", row.fraction("totalMillis") - then.fraction("totalMillis"))
			.with("recentSeconds", earlier.age().toSeconds());
	}

	private static String key(Row row) {
		return row.text("user") + " " + row.text("queryid");
	}

	private static boolean isSlow(Row row) {
		return row.number("calls") >= MANY_CALLS && row.fraction("meanMillis") >= SLOW_MILLIS
				&& row.fraction("sharePercent") >= LARGE_SHARE;
	}

	private static void report(Answer answer, Row row, Findings findings) {
		String query = row.has("query") ? row.text("query") : "text not available";
		findings.add(FindingLevel.LOOK, answer.instance(), "query " + row.text("queryid"),
				"A statement takes %.0f ms on average, was called %s times, and takes %s of the time of all: %s"
					.formatted(row.fraction("meanMillis"), Text.number(row.number("calls")),
							Text.percent(row.fraction("sharePercent")), query),
				"Look at its plan with EXPLAIN (ANALYZE, BUFFERS): for an index that is missing, rows that are read and thrown away, or sorts on disk.",
				null);
	}

}
