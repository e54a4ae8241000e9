package io.rdsboot.diagnostics.indexes;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.check.Thresholds;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Indexes that nothing has scanned on any instance. Each instance counts its own scans,
 * so that an index which only a reader uses is unused by the counters of the writer.
 */
public final class UnusedIndexes extends Check {

	/**
	 * Counters begin anew when they are reset, after a crash, and on a new instance. The
	 * counters of the whole server tell of the latter two. Deletions of referenced rows,
	 * however rare, need the index of a foreign key. The partitions of an index count
	 * together.
	 */
	private static final String QUESTION = """
			WITH since AS (
				SELECT extract(epoch FROM now() - greatest(
					(SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
					(SELECT stats_reset FROM pg_stat_bgwriter)))::float8 AS seconds)
			SELECT since.seconds AS "statisticsSeconds", unused.*
			FROM since LEFT JOIN (
				SELECT n.nspname AS schema, t.relname AS table, c.relname AS index, c.relkind = 'I' AS partitioned,
					coalesce(p.size, %s) AS "sizeBytes"
				%s
				LEFT JOIN LATERAL (%s) p ON c.relkind = 'I'
				WHERE i.indisvalid AND NOT i.indisunique AND %s AND coalesce(p.size, %s) >= 1024 * 1024
					AND coalesce(p.scans, pg_stat_get_numscans(c.oid)) = 0
					AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = i.indrelid
						AND f.conkey <@ (i.indkey::int2[])[0:cardinality(f.conkey) - 1])
				ORDER BY "sizeBytes" DESC) unused ON true""".formatted(IndexSql.SIZE, IndexSql.INDEXES,
			IndexSql.partitions("c.oid"), IndexSql.DROPPABLE, IndexSql.SIZE);

	private final Thresholds thresholds;

	public UnusedIndexes(Thresholds thresholds) {
		super("indexes", "unused-indexes", CheckScope.EACH);
		this.thresholds = thresholds;
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		if (findings.lacksAnswers()) {
			findings.missing(null,
					"Whether an index is unused is known only if all instances answer: each counts its own scans.",
					null);
			return;
		}
		for (Answer answer : answers) {
			double seconds = answer.rows().get(0).fraction("statisticsSeconds");
			if (answer.server().instance().fixedRole() == InstanceRole.READER) {
				findings.missing(answer.instance(),
						"The address stands for several servers, of which one has answered. Each counts its own scans.",
						null);
				return;
			}
			if (seconds < this.thresholds.unusedIndex().toSeconds()) {
				findings.missing(answer.instance(),
						"Its statistics are younger (%s) than the time after which an index counts as unused (%s)."
							.formatted(Text.duration(seconds), Text.duration(this.thresholds.unusedIndex())),
						null);
				return;
			}
		}
		report(answers, findings);
	}

	private static void report(List<Answer> answers, Findings findings) {
		List<Row> unused = answers.get(0).rows().stream().filter((row) -> row.has("index")).toList();
		for (Answer answer : answers) {
			Set<String> here = answer.rows().stream().map(IndexSql::identifier).collect(Collectors.toSet());
			unused = unused.stream().filter((row) -> here.contains(IndexSql.identifier(row))).toList();
		}
		double seconds = answers.stream()
			.mapToDouble((answer) -> answer.rows().get(0).fraction("statisticsSeconds"))
			.min()
			.orElse(0);
		String asked = answers.stream().map(Answer::instance).collect(Collectors.joining(", "));
		for (Row row : unused) {
			findings.add(FindingLevel.LOOK, null, IndexSql.name(row),
					"Nothing has scanned the index for %s, or since it was created, on %s. It takes %s, and each write to %s.%s maintains it."
						.formatted(Text.duration(seconds), asked, Text.bytes(row.number("sizeBytes")),
								row.text("schema"), row.text("table")),
					"Drop it if it is older than that and no rare task, such as one at the end of a year, needs it."
							+ IndexSql.dropAdvice(row),
					IndexSql.drop(row));
		}
		findings.show("all", unused);
		if (findings.isEmpty()) {
			findings.fine("Every index of 1 MB or more that only queries need has been scanned on some instance.");
		}
	}

}
