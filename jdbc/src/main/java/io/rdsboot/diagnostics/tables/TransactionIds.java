package io.rdsboot.diagnostics.tables;

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
 * Age of the oldest transaction ids of each database. At about two billion, the server
 * refuses to write.
 */
public final class TransactionIds extends Check {

	private static final String QUESTION = """
			SELECT datname AS database, age(datfrozenxid)::bigint AS "transactionIds",
				mxid_age(datminmxid)::bigint AS "multixactIds",
				current_setting('autovacuum_freeze_max_age')::bigint AS "freezeTransactionIds",
				current_setting('autovacuum_multixact_freeze_max_age')::bigint AS "freezeMultixactIds"
			FROM pg_database
			ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC""";

	private static final long MANY = 500_000_000;

	private static final long TOO_MANY = 1_000_000_000;

	public TransactionIds() {
		super("vacuum", "transaction-ids", CheckScope.WRITER);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			for (Row row : answer.rows()) {
				report(row, "transaction", row.number("transactionIds"), row.number("freezeTransactionIds"), findings);
				report(row, "multixact", row.number("multixactIds"), row.number("freezeMultixactIds"), findings);
			}
		}
		if (findings.isEmpty()) {
			findings.fine("No database is older than %s transaction ids.".formatted(Text.number(MANY)));
		}
	}

	/**
	 * Autovacuum may be told to begin late: until a tenth after that, nothing is wrong.
	 */
	private static void report(Row row, String kind, long age, long freezeAge, Findings findings) {
		if (age < MANY || (age < freezeAge + freezeAge / 10 && age < TOO_MANY)) {
			return;
		}
		findings.add((age >= TOO_MANY) ? FindingLevel.ACT : FindingLevel.LOOK, null, "database " + row.text("database"),
				"The oldest %s id of the database is %s ids old, and autovacuum, which begins at %s, does not keep pace. At 2 billion the server refuses to write."
					.formatted(kind, Text.number(age), Text.number(freezeAge)),
				"End what holds old ids: long transactions, prepared transactions, replication slots. Then vacuum the oldest tables.",
				"SELECT oid::regclass, age(relfrozenxid), mxid_age(relminmxid) FROM pg_class WHERE relkind IN ('r', 'm', 't') ORDER BY greatest(age(relfrozenxid), mxid_age(relminmxid)) DESC LIMIT 20");
	}

}
