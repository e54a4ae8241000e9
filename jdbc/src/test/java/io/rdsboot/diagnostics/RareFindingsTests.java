package io.rdsboot.diagnostics;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.watch.DirectConnector;
import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.diagnostics.report.FindingLevel;
import io.rdsboot.diagnostics.server.CacheHits;
import io.rdsboot.diagnostics.server.Checkpoints;
import io.rdsboot.diagnostics.server.ReplicationSlots;
import io.rdsboot.diagnostics.server.Settings;
import io.rdsboot.diagnostics.tables.TransactionIds;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of judgements whose cause takes weeks or a larger server, by answers that are
 * made up.
 */
@LocalRds
class RareFindingsTests {

	private final LocalRdsCluster cluster;

	private DirectConnector connector;

	RareFindingsTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void connect() {
		this.connector = new DirectConnector(this.cluster);
	}

	@ParameterizedTest
	@CsvSource({ "199000000, 200000000, FINE", "499999999, 200000000, FINE", "500000000, 200000000, LOOK",
			"810000000, 750000000, FINE", "830000000, 750000000, LOOK", "1000000000, 200000000, ACT",
			"1000000000, 1500000000, ACT" })
	void transactionIds(long age, long freezeAge, FindingLevel level) throws SQLException {
		String answer = """
				SELECT 'app' AS database, %d::bigint AS "transactionIds", 0 AS "multixactIds",
					%d::bigint AS "freezeTransactionIds", 400000000 AS "freezeMultixactIds\"""";
		assertThat(judge(new TransactionIds(), answer.formatted(age, freezeAge)).get(0).level()).isEqualTo(level);
	}

	@ParameterizedTest
	@CsvSource({ "100, 100, FINE", "979999, 20001, LOOK", "980000, 20000, FINE" })
	void cacheHits(long hits, long reads, FindingLevel level) throws SQLException {
		String answer = "SELECT %1$d AS hits, %2$d AS reads, 100.0 * %1$d / (%1$d + %2$d) AS \"hitPercent\"";
		assertThat(judge(new CacheHits(), answer.formatted(hits, reads)).get(0).level()).isEqualTo(level);
	}

	@ParameterizedTest
	@CsvSource({ "1000, 99, FINE", "0, 99, FINE", "99, 100, LOOK", "101, 100, FINE" })
	void checkpoints(long timed, long requested, FindingLevel level) throws SQLException {
		String answer = "SELECT %d AS timed, %d AS requested";
		assertThat(judge(new Checkpoints(), answer.formatted(timed, requested)).get(0).level()).isEqualTo(level);
	}

	@ParameterizedTest
	@CsvSource({ "true, reserved, 0, FINE", "true, extended, 2000000000, LOOK", "false, reserved, 100, LOOK",
			"false, extended, 2000000000, ACT", "false, lost, 0, ACT" })
	void replicationSlots(boolean active, String status, long held, FindingLevel level) throws SQLException {
		String answer = """
				SELECT 'orders' AS slot, %s AS active, '%s' AS "walStatus", %d::bigint AS "heldBytes\"""";
		assertThat(judge(new ReplicationSlots(), answer.formatted(active, status, held)).get(0).level())
			.isEqualTo(level);
	}

	@ParameterizedTest
	@CsvSource({ "rds.force_ssl, 1, FINE", "rds.force_ssl, 0, LOOK", "rds.force_ssl, off, LOOK", "autovacuum, off, ACT",
			"track_counts, off, ACT", "autovacuum, on, FINE" })
	void settings(String name, String value, FindingLevel level) throws SQLException {
		String answer = "SELECT '%s' AS name, '%s' AS value, false AS \"pendingRestart\"";
		assertThat(judge(new Settings(), answer.formatted(name, value)).get(0).level()).isEqualTo(level);
	}

	private List<Finding> judge(Check check, String answer) throws SQLException {
		DatabaseInstance writer = DiagnosedCluster.instance(this.cluster.writer());
		try (DiagnosticSession session = DiagnosticSession.begin(this.connector.connect(writer, Duration.ofSeconds(10)),
				writer)) {
			Findings findings = new Findings(check.section());
			findings.judge(check, List.of(new Answer(session.server(), session.query(answer))));
			return findings.toSection().findings();
		}
	}

}
