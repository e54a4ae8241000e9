package io.rdsboot.diagnostics.server;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Replication slots, and what they keep the writer from removing: write-ahead log and
 * dead rows.
 */
public final class ReplicationSlots extends Check {

	/**
	 * Aurora has slots only where its log is decoded, and tells the position of its log
	 * only then.
	 */
	private static final String DECODES = "SELECT current_setting('wal_level') = 'logical' AS logical";

	private static final String QUESTION = """
			SELECT s.slot_name AS slot, s.slot_type AS type, s.database, s.active, s.wal_status AS "walStatus",
				s.safe_wal_size AS "safeBytes", greatest(age(s.xmin), age(s.catalog_xmin))::bigint AS "heldTransactionIds",
				to_jsonb(s) ->> 'inactive_since' AS "inactiveSince",
				pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::bigint AS "heldBytes"
			FROM pg_replication_slots s
			WHERE NOT s.temporary
			ORDER BY "heldBytes" DESC NULLS LAST""";

	private static final long MUCH = 1L << 30;

	private static final long MANY_IDS = 100_000_000;

	public ReplicationSlots() {
		super("replication", "replication-slots", CheckScope.WRITER);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		if (session.server().aurora() && !session.query(DECODES).get(0).is("logical")) {
			return List.of();
		}
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			answer.rows().forEach((row) -> report(row, findings));
		}
		if (findings.isEmpty()) {
			findings.fine("Every replication slot is in use, and none holds 1 GB of write-ahead log.");
		}
	}

	private static void report(Row row, Findings findings) {
		String slot = row.text("slot");
		String drop = "SELECT pg_drop_replication_slot('%s')".formatted(slot.replace("'", "''"));
		String held = Text.bytes(row.number("heldBytes"));
		if (row.text("walStatus").equals("lost")) {
			findings.add(FindingLevel.ACT, null, slot,
					"The slot has lost the log that its consumer needs, and cannot be used any more.",
					"Drop it, and let the consumer begin anew with a copy.", drop);
		}
		else if (!row.is("active")) {
			boolean much = row.number("heldBytes") >= MUCH;
			findings.add(much ? FindingLevel.ACT : FindingLevel.LOOK, null, slot,
					"Nobody uses the slot%s. It holds back %s of write-ahead log, which grows until the disk is full, and may keep vacuum from removing dead rows."
						.formatted(row.has("inactiveSince") ? " since " + row.text("inactiveSince") : "", held),
					"Start its consumer again, or drop the slot if there is none any more. Bound what slots hold by max_slot_wal_keep_size.",
					drop);
		}
		else if (row.number("heldBytes") >= MUCH || row.number("heldTransactionIds") >= MANY_IDS) {
			findings.add(FindingLevel.LOOK, null, slot,
					"The slot is in use, but holds back %s of write-ahead log and %s transaction ids: its consumer does not keep pace."
						.formatted(held, Text.number(row.number("heldTransactionIds"))),
					"Look at the consumer: whether it is slow, hangs on a long transaction, or lacks a primary key.",
					null);
		}
	}

}
