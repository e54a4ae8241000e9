package io.rdsboot.diagnostics.indexes;

import java.util.regex.Pattern;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.RowCheck;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Invalid indexes that nobody is building or dropping.
 */
public final class InvalidIndexes extends RowCheck {

	/**
	 * Who builds or drops an index concurrently holds a lock on its table, which
	 * everybody sees. Vacuum holds the same.
	 */
	private static final String QUESTION = """
			SELECT n.nspname AS schema, t.relname AS table, c.relname AS index, i.indisready AS "isMaintained",
				%s AS "sizeBytes"
			%s
			WHERE NOT i.indisvalid AND c.relkind = 'i'
				AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p
					WHERE p.relid = i.indrelid OR p.index_relid = i.indexrelid)
				AND NOT EXISTS (SELECT FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
					WHERE l.relation = i.indrelid AND l.mode IN ('ShareUpdateExclusiveLock', 'AccessExclusiveLock')
						AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
						AND a.backend_type IS DISTINCT FROM 'autovacuum worker')
			ORDER BY c.relpages DESC""".formatted(IndexSql.SIZE, IndexSql.INDEXES);

	/**
	 * What {@code REINDEX CONCURRENTLY} calls the index that it builds, or drops.
	 */
	private static final Pattern LEFT_BY_REINDEX = Pattern.compile(".*_cc(new|old)\\d*");

	public InvalidIndexes() {
		super("indexes", "invalid-indexes", CheckScope.WRITER, QUESTION,
				"No index is invalid, but for those that are being built.");
	}

	@Override
	protected void report(Answer answer, Row row, Findings findings) {
		boolean left = LEFT_BY_REINDEX.matcher(row.text("index")).matches();
		String cost = row.is("isMaintained") ? "Each write to %s.%s maintains it, and no query uses it"
			.formatted(row.text("schema"), row.text("table")) : "No query uses it";
		findings.add(FindingLevel.ACT, null, IndexSql.name(row),
				"The index is invalid (%s), and nobody is building it. %s."
					.formatted(Text.bytes(row.number("sizeBytes")), cost),
				left ? "A REINDEX CONCURRENTLY that failed has left it behind. Drop it; the index that it was to replace is still there, and can be reindexed again."
						: "A CREATE INDEX CONCURRENTLY that failed has left it behind. Build it again, or drop it. If it is unique, remove duplicate rows first.",
				(left ? "DROP INDEX CONCURRENTLY " : "REINDEX INDEX CONCURRENTLY ") + IndexSql.identifier(row));
	}

}
