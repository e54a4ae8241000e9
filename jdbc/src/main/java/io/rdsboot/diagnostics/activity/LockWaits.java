package io.rdsboot.diagnostics.activity;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.QueryMask;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.check.Thresholds;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Sessions that wait for locks, as a tree: at the root who waits for nobody.
 */
public final class LockWaits extends Check {

	/**
	 * {@code pg_blocking_pids} looks at the lock manager as a whole, so that only those
	 * who wait are asked about, and not very many.
	 */
	private static final String QUESTION = """
			WITH waiting AS MATERIALIZED (
					SELECT pid, pg_blocking_pids(pid) AS blockers FROM pg_stat_activity a
					WHERE wait_event_type = 'Lock' AND %s
					ORDER BY query_start LIMIT 200),
				involved AS (SELECT pid FROM waiting UNION SELECT unnest(blockers) FROM waiting)
			SELECT i.pid, array_to_string(w.blockers, ',') AS blockers, a.usename AS user,
				a.application_name AS application, a.state,
				extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, a.query_start))::float8
					* (w.pid IS NOT NULL)::int AS "waitingSeconds",
				extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS "transactionSeconds",
				l.locktype AS "lockType", l.mode AS "lockMode", l.relation, left(a.query, 4000) AS query
			FROM involved i
			LEFT JOIN waiting w ON w.pid = i.pid
			LEFT JOIN pg_stat_activity a ON a.pid = i.pid
			LEFT JOIN LATERAL (
				SELECT locktype, mode, waitstart,
					CASE WHEN database = (SELECT oid FROM pg_database WHERE datname = current_database())
						THEN relation::regclass::text END AS relation
				FROM pg_locks WHERE pid = i.pid AND NOT granted LIMIT 1) l ON true
			ORDER BY i.pid""".formatted(Sessions.OF_APPLICATIONS);

	/**
	 * How many times as long as a long wait one lasts that will hardly end by itself.
	 */
	private static final int STUCK = 6;

	private final Thresholds thresholds;

	private final QueryMask mask;

	public LockWaits(Thresholds thresholds, QueryMask mask) {
		super("locks", "lock-waits", CheckScope.EACH);
		this.thresholds = thresholds;
		this.mask = mask;
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return this.mask.apply(session.query(QUESTION), "query");
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		double longest = this.thresholds.lockWait().toSeconds();
		for (Answer answer : answers) {
			findings.requireStatistics(answer.server());
			List<LockTree> trees = LockTree.of(answer.rows());
			findings.show(answer.instance(), trees.stream().map(LockTree::toRow).toList());
			for (LockTree tree : trees) {
				double seconds = tree.longestWait();
				if (seconds >= longest) {
					report(answer, tree, seconds >= STUCK * Math.max(1, longest), findings);
				}
			}
		}
		if (findings.isEmpty()) {
			findings.fine("No session has been waiting for a lock for more than %s.".formatted(Text.duration(longest)));
		}
	}

	private static void report(Answer answer, LockTree tree, boolean stuck, Findings findings) {
		FindingLevel level = stuck ? FindingLevel.ACT : FindingLevel.LOOK;
		String waits = "%s, one of them for %s".formatted(
				(tree.waiters() == 1) ? "1 session waits" : tree.waiters() + " sessions wait",
				Text.duration(tree.longestWait()));
		Row root = tree.root();
		if (root.number("pid") == 0) {
			findings.add(level, answer.instance(), "prepared transaction",
					"%s, for locks of a prepared transaction, which no session will end.".formatted(waits),
					"Find it in pg_prepared_xacts, and commit it or roll it back.",
					"SELECT gid, prepared, owner FROM pg_prepared_xacts ORDER BY prepared");
			return;
		}
		findings.add(level, answer.instance(), "process " + root.text("pid"),
				"%s, for locks of a session of %s, which is %s.".formatted(waits, Sessions.name(root),
						root.has("state") ? root.text("state") : "in an unknown state"),
				"See the tree in data. Let the session at its root finish, or end it; then shorten its transaction.",
				"SELECT pg_terminate_backend(%d)".formatted(root.number("pid")));
	}

}
