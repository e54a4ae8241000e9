package io.rdsboot.diagnostics.server;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;
import org.jspecify.annotations.Nullable;

/**
 * Settings that make a database unsafe or slow, those of RDS and those that HNSW indexes
 * need among them.
 */
public final class Settings extends Check {

	private static final String QUESTION = """
			WITH hnsw AS (
				SELECT max(c.relpages) * current_setting('block_size')::bigint AS largest
				FROM pg_class c JOIN pg_am m ON m.oid = c.relam AND m.amname = 'hnsw'
				WHERE c.relkind = 'i')
			SELECT s.name, s.setting AS value, s.unit, s.pending_restart AS "pendingRestart",
				CASE WHEN s.name IN ('maintenance_work_mem', 'effective_cache_size')
					THEN pg_size_bytes(current_setting(s.name)) END AS "sizeBytes",
				CASE WHEN s.name IN ('maintenance_work_mem', 'effective_cache_size') THEN hnsw.largest END
					AS "largestHnswBytes"
			FROM pg_settings s CROSS JOIN hnsw
			WHERE s.name IN ('autovacuum', 'track_counts', 'rds.force_ssl', 'maintenance_work_mem',
				'effective_cache_size', 'shared_buffers', 'work_mem', 'max_parallel_maintenance_workers',
				'max_connections', 'idle_in_transaction_session_timeout', 'statement_timeout', 'wal_level')
				OR s.pending_restart
			ORDER BY s.name""";

	public Settings() {
		super("settings", "settings", CheckScope.EACH);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			Map<String, Row> settings = answer.rows()
				.stream()
				.collect(Collectors.toMap((row) -> row.text("name"), Function.identity()));
			judge(answer, settings, findings);
		}
		if (findings.isEmpty()) {
			findings.fine("No setting that is looked at makes the database unsafe or slow.");
		}
	}

	private static void judge(Answer answer, Map<String, Row> settings, Findings findings) {
		for (String name : List.of("autovacuum", "track_counts")) {
			if (is(settings, name, "off")) {
				findings.add(FindingLevel.ACT, answer.instance(), name,
						"%s is off: nothing removes dead rows, and transaction ids run out.".formatted(name),
						"Turn it on, on RDS in the parameter group.", null);
			}
		}
		if (is(settings, "rds.force_ssl", "off") || is(settings, "rds.force_ssl", "0")) {
			findings.add(FindingLevel.LOOK, answer.instance(), "rds.force_ssl",
					"The server accepts connections without encryption.",
					"Set rds.force_ssl to 1 in the parameter group, once all clients connect with TLS: pg_stat_ssl shows who does.",
					"SELECT a.usename, a.application_name, s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE NOT s.ssl AND a.client_addr IS NOT NULL");
		}
		smallerThanHnsw(answer, settings.get("maintenance_work_mem"),
				"Its next build would take many times as long, because the graph does not fit.",
				"Give the session that builds more memory; vector repositories of this project do so by themselves.",
				findings);
		smallerThanHnsw(answer, settings.get("effective_cache_size"), "Searches read from disk.",
				"Take an instance class with more memory, or a quantized index (halfvec, bit).", findings);
		settings.values()
			.stream()
			.filter((row) -> row.is("pendingRestart"))
			.forEach((row) -> findings.add(FindingLevel.LOOK, answer.instance(), row.text("name"),
					"The setting was changed, and takes effect with a restart of the server.", "Plan a restart.",
					null));
	}

	private static boolean is(Map<String, Row> settings, String name, String value) {
		Row row = settings.get(name);
		return row != null && row.text("value").equals(value);
	}

	private static void smallerThanHnsw(Answer answer, @Nullable Row row, String effect, String action,
			Findings findings) {
		if (row != null && row.number("largestHnswBytes") > row.number("sizeBytes")) {
			findings.add(FindingLevel.LOOK, answer.instance(), row.text("name"),
					"%s is %s, and the largest HNSW index takes %s. %s".formatted(row.text("name"),
							Text.bytes(row.number("sizeBytes")), Text.bytes(row.number("largestHnswBytes")), effect),
					action, null);
		}
	}

}
