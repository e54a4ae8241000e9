package io.rdsboot.diagnostics.tables;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Looks;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Sql;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * The largest tables and indexes, and how much they have grown since an earlier look.
 */
public final class RelationSizes extends Check {

	/**
	 * The largest are chosen by what the catalogue says, which costs little with very
	 * many tables; before the first {@code ANALYZE} by their rows, of which a page may
	 * hold a hundred. Only their exact sizes are asked for, and not where that would wait
	 * for DDL.
	 */
	private static final String QUESTION = """
			WITH %s,
				largest AS MATERIALIZED (
					SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind, c.reltoastrelid
					FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND %s
					WHERE c.relkind IN ('r', 'm', 'i')
					ORDER BY greatest(c.relpages, pg_stat_get_live_tuples(c.oid) / 100) DESC
					LIMIT 50),
				judged AS MATERIALIZED (
					SELECT g.*, EXISTS (SELECT FROM locked l WHERE l.relation IN (g.oid, g.reltoastrelid)) AS locked
					FROM largest g)
			SELECT oid::bigint AS id, schema, name,
				CASE relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'materialized view' ELSE 'index' END AS kind, locked,
				CASE WHEN locked THEN NULL WHEN relkind = 'i' THEN pg_relation_size(oid) ELSE pg_table_size(oid) END
					AS "sizeBytes"
			FROM judged ORDER BY "sizeBytes" DESC NULLS LAST""".formatted(Sql.LOCKED, Sql.USER_SCHEMA);

	private static final long MUCH = 1L << 30;

	private final Looks<Map<Long, Long>> looks = new Looks<>();

	public RelationSizes() {
		super("tables", "sizes", CheckScope.ANY);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.locked(answer, "name");
			Map<Long, Long> sizes = new HashMap<>();
			List<Row> sized = answer.rows().stream().filter((row) -> row.has("sizeBytes")).toList();
			sized.forEach((row) -> sizes.put(row.number("id"), row.number("sizeBytes")));
			Looks.Look<Map<Long, Long>> earlier = this.looks.next("cluster", sizes);
			List<Row> rows = (earlier != null) ? sized.stream().map((row) -> withGrowth(row, earlier)).toList() : sized;
			findings.show(answer.instance(), rows);
			rows.stream().filter(RelationSizes::growsFast).forEach((row) -> report(row, findings));
			long total = sizes.values().stream().mapToLong(Long::longValue).sum();
			if (findings.isEmpty()) {
				findings.fine("The %d largest tables and indexes take %s%s.".formatted(sized.size(), Text.bytes(total),
						(earlier != null) ? ", and none has grown by 1 GB and a half of its size within "
								+ Text.duration(earlier.age()) : ""));
			}
		}
	}

	private static Row withGrowth(Row row, Looks.Look<Map<Long, Long>> earlier) {
		Long then = earlier.found().get(row.number("id"));
		return (then == null) ? row : row.with("grownBytes", row.number("sizeBytes") - then)
			.with("grownSeconds", earlier.age().toSeconds());
	}

	private static boolean growsFast(Row row) {
		long grown = row.number("grownBytes");
		return grown >= MUCH && 2 * grown >= row.number("sizeBytes") - grown;
	}

	private static void report(Row row, Findings findings) {
		findings.add(FindingLevel.LOOK, null, row.text("schema") + "." + row.text("name"),
				"The %s has grown by %s within %s, to %s.".formatted(row.text("kind"),
						Text.bytes(row.number("grownBytes")), Text.duration(row.fraction("grownSeconds")),
						Text.bytes(row.number("sizeBytes"))),
				"See whether rows are written that nobody deletes, or vacuum does not keep pace (section vacuum).",
				null);
	}

}
