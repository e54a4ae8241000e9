package io.rdsboot.diagnostics.tables;

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
 * Sequences near their end, or near that of the column that they fill.
 */
public final class Sequences extends Check {

	/**
	 * Reading a sequence waits for DDL on it, so that a locked one is left out. Readers
	 * cannot read those that are not logged. Reading very many takes time, and nobody
	 * counts to the end of a bigint. One that has given no value yet is at its start.
	 */
	private static final String QUESTION = """
			WITH %s,
				usable AS MATERIALIZED (
					SELECT c.oid, n.nspname AS schema, c.relname AS sequence, s.seqincrement, s.seqstart, s.seqmin,
						least(s.seqmax, o.maximum) AS seqmax, o.maximum <= s.seqmax AS narrow, a.attrelid, a.attname, has_sequence_privilege(c.oid, 'SELECT,USAGE') AS readable,
						l.relation IS NOT NULL AS locked
					FROM pg_sequence s
					JOIN pg_class c ON c.oid = s.seqrelid AND c.relpersistence = 'p'
					JOIN pg_namespace n ON n.oid = c.relnamespace AND %s
					LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
						AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
					LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
					LEFT JOIN LATERAL (SELECT CASE a.atttypid WHEN 'int4'::regtype THEN 2147483647
						WHEN 'int2'::regtype THEN 32767 END AS maximum) o ON true
					LEFT JOIN locked l ON l.relation = c.oid
					WHERE NOT s.seqcycle),
				used AS MATERIALIZED (
					SELECT u.*, CASE WHEN readable AND NOT locked THEN coalesce(pg_sequence_last_value(oid), seqstart) END AS last
					FROM usable u WHERE (seqmax::float8 - seqmin) / abs(seqincrement) < 1e15),
				largest AS MATERIALIZED (
					SELECT u.*, 100.0 * CASE WHEN seqincrement > 0 THEN last::numeric - seqmin ELSE seqmax::numeric - last END
						/ nullif(seqmax::numeric - seqmin, 0) AS percent
					FROM used u
					ORDER BY locked DESC, percent DESC NULLS LAST LIMIT 50)
			SELECT schema, sequence, attrelid::regclass::text AS "table", attname AS "column",
				narrow AS "columnIsNarrow", seqincrement AS "increment", readable, locked,
				last AS "lastValue", seqmax AS "maximum", percent AS "usedPercent"
			FROM largest ORDER BY locked DESC, percent DESC NULLS LAST"""
		.formatted(Sql.LOCKED, Sql.USER_SCHEMA);

	private static final double MANY = 75;

	private static final double ALMOST_ALL = 90;

	public Sequences() {
		super("sequences", "sequences", CheckScope.ANY);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer.instance(), answer.rows().stream().filter((row) -> row.has("lastValue")).toList());
			findings.locked(answer, "sequence");
			if (answer.rows().stream().anyMatch((row) -> !row.is("readable"))) {
				findings.missing(answer.instance(),
						"The role \"%s\" may not read some of the sequences.".formatted(answer.server().user()),
						"GRANT pg_read_all_data TO " + Sql.identifier(answer.server().user()));
			}
			answer.rows()
				.stream()
				.filter((row) -> row.fraction("usedPercent") >= MANY)
				.forEach((row) -> report(row, findings));
		}
		if (findings.isEmpty()) {
			findings.fine("No sequence has used %.0f %% of its values.".formatted(MANY));
		}
	}

	private static void report(Row row, Findings findings) {
		double percent = row.fraction("usedPercent");
		boolean column = row.is("columnIsNarrow");
		String table = row.text("table");
		findings.add((percent >= ALMOST_ALL) ? FindingLevel.ACT : FindingLevel.LOOK, null,
				row.text("schema") + "." + row.text("sequence"),
				"The sequence is at %s of %s (%s)%s. At the end, insertions fail."
					.formatted(Text.number(row.number("lastValue")), Text.number(row.number("maximum")),
							Text.percent(percent),
							column ? ", which is what column %s of %s holds".formatted(row.text("column"), table) : ""),
				column ? "Make the column and the sequence bigint. The statement rewrites the table and locks it meanwhile: with many rows, add a bigint column, fill it in batches, and swap the two."
						: "Raise its maximum, and make the columns that it fills bigint.",
				(column ? "ALTER TABLE %s ALTER COLUMN %s TYPE bigint; ".formatted(table,
						Sql.identifier(row.text("column"))) : "")
						+ "ALTER SEQUENCE %s.%s AS bigint %s".formatted(Sql.identifier(row.text("schema")),
								Sql.identifier(row.text("sequence")),
								(row.number("increment") > 0) ? "NO MAXVALUE" : "NO MINVALUE"));
	}

}
