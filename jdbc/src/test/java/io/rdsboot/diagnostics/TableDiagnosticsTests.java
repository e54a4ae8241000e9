package io.rdsboot.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.rdsboot.diagnostics.report.DiagnosticsReport;
import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.diagnostics.report.FindingLevel;
import io.rdsboot.diagnostics.report.MissingPart;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is found of tables, statements and servers, on a real writer and reader.
 */
class TableDiagnosticsTests {

	private static LocalRdsCluster cluster;

	private DiagnosedCluster diagnosed;

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder()
			.readers(1)
			.parameter("shared_preload_libraries", "pg_stat_statements")
			.parameter("wal_level", "logical")
			.parameter("autovacuum_naptime", "1h")
			.extensions("vector", "pg_stat_statements")
			.start();
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			statement.execute("GRANT pg_monitor TO app");
		}
		cluster.awaitReplication();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@BeforeEach
	void diagnose() throws SQLException {
		this.diagnosed = new DiagnosedCluster(cluster, (builder) -> builder.unusedIndex(Duration.ZERO));
		this.diagnosed.application("CREATE SCHEMA shop",
				"CREATE TABLE shop.item (id int PRIMARY KEY, name text) WITH (autovacuum_enabled = true)",
				"INSERT INTO shop.item SELECT i, 'name' || i FROM generate_series(1, 20000) i");
	}

	@AfterEach
	void close() throws SQLException {
		this.diagnosed.application("DROP SCHEMA shop CASCADE");
		cluster.awaitReplication();
		this.diagnosed.close();
	}

	@Test
	void healthyDatabaseHasNoAlarmAndNothingIsMissing() {
		DiagnosticsReport report = this.diagnosed.diagnostics.report();
		assertThat(DiagnosedCluster.alarms(report)).isEmpty();
		assertThat(report.sections()).flatExtracting(DiagnosticsSection::missing).isEmpty();
		assertThat(report.complete()).isTrue();
		assertThat(report.level()).isEqualTo(FindingLevel.FINE);
		assertThat(report.sections()).extracting(DiagnosticsSection::name)
			.isEqualTo(this.diagnosed.diagnostics.sections());
	}

	@Test
	void sequenceNearTheEndOfItsColumnIsAnAlarm() throws Exception {
		this.diagnosed.application("CREATE TABLE shop.visit (id serial)", "ALTER SEQUENCE shop.visit_id_seq AS bigint",
				"SELECT setval('shop.visit_id_seq', 1954210119)", "CREATE SEQUENCE shop.ring AS smallint CYCLE",
				"SELECT setval('shop.ring', 32766)", "CREATE SEQUENCE shop.young", "SELECT nextval('shop.young')",
				"CREATE SEQUENCE shop.unused");
		assertThat(this.diagnosed.alarms("sequences", "sequences")).singleElement().satisfies((finding) -> {
			assertThat(finding.level()).isEqualTo(FindingLevel.ACT);
			assertThat(finding.subject()).isEqualTo("shop.visit_id_seq");
			assertThat(finding.message()).contains("91.0 %", "column id of shop.visit");
		});
		this.diagnosed.application(this.diagnosed.alarms("sequences", "sequences").get(0).statement());
		assertThat(this.diagnosed.alarms("sequences", "sequences")).isEmpty();
	}

	@Test
	void sequenceThatStartsNearItsEndIsAnAlarm() throws Exception {
		this.diagnosed.application("CREATE SEQUENCE shop.late AS smallint MAXVALUE 100 START 92");
		Finding finding = this.diagnosed.alarm("sequences", "sequences", "shop.late").orElseThrow();
		assertThat(finding.message()).contains("is at 92 of 100 (91.9 %)");
		this.diagnosed.application(finding.statement());
		assertThat(this.diagnosed.alarms("sequences", "sequences")).isEmpty();
	}

	@Test
	void sequencesOfIntegerColumnsAreMendedWithThem() throws Exception {
		this.diagnosed.application("CREATE TABLE shop.visit (id serial, number int GENERATED ALWAYS AS IDENTITY)",
				"SELECT setval('shop.visit_id_seq', 2147483000), setval('shop.visit_number_seq', 2147483000)",
				"CREATE SEQUENCE shop.down INCREMENT -1 MINVALUE 1 MAXVALUE 1000", "SELECT setval('shop.down', 5)");
		List<Finding> findings = this.diagnosed.alarms("sequences", "sequences");
		assertThat(findings).hasSize(3);
		for (Finding finding : findings) {
			this.diagnosed.application(finding.statement());
		}
		assertThat(this.diagnosed.alarms("sequences", "sequences")).isEmpty();
	}

	@Test
	void tableThatIsOftenReadWholeIsFoundWhereItIs() throws Exception {
		LocalRdsInstance reader = cluster.readers().get(0);
		this.diagnosed.application("ANALYZE shop.item");
		cluster.awaitReplication();
		String[] scans = new String[101];
		Arrays.fill(scans, 0, 100, "SELECT count(*) FROM shop.item WHERE name = 'none'");
		scans[100] = "SELECT pg_stat_force_next_flush()";
		this.diagnosed.execute(reader, scans);
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.diagnosed.alarms("tables", "sequential-scans")).singleElement()
				.satisfies((finding) -> {
					assertThat(finding.instance()).isEqualTo(reader.name());
					assertThat(finding.subject()).isEqualTo("shop.item");
				}));
	}

	@Test
	void deadRowsBeyondWhatAutovacuumWaitsForAreFound() throws Exception {
		this.diagnosed.application("ANALYZE shop.item", "DELETE FROM shop.item WHERE id > 2000",
				"SELECT pg_stat_force_next_flush()");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.diagnosed.alarm("vacuum", "dead-rows", "shop.item"))
				.hasValueSatisfying((finding) -> assertThat(finding.level()).isEqualTo(FindingLevel.LOOK)));
		this.diagnosed.application("ALTER TABLE shop.item SET (autovacuum_enabled = false)");
		assertThat(this.diagnosed.alarm("vacuum", "dead-rows", "shop.item"))
			.hasValueSatisfying((finding) -> assertThat(finding.level()).isEqualTo(FindingLevel.ACT));
		this.diagnosed.application("VACUUM shop.item", "SELECT pg_stat_force_next_flush()");
		Awaitility.await().untilAsserted(() -> assertThat(this.diagnosed.alarms("vacuum", "dead-rows")).isEmpty());
	}

	@Test
	void sizesOfTheLargestAreShownAndLockedOnesAreNamedAndNotWaitedFor() throws Exception {
		this.diagnosed.application("CREATE SEQUENCE shop.number", "SELECT nextval('shop.number')");
		Connection ddl = this.diagnosed.session();
		ddl.setAutoCommit(false);
		try (Statement statement = ddl.createStatement()) {
			statement.execute("LOCK TABLE shop.item IN ACCESS EXCLUSIVE MODE");
			statement.execute("ALTER SEQUENCE shop.number RESTART 5");
			statement.execute("ALTER SEQUENCE shop.number OWNER TO CURRENT_USER");
		}
		DiagnosticsReport report = this.diagnosed.diagnostics.report();
		assertThat(report.sections()).flatExtracting(DiagnosticsSection::missing)
			.extracting(MissingPart::reason)
			.allMatch((reason) -> reason.contains("is locked by DDL"))
			.anyMatch((reason) -> reason.contains("shop.item"));
		assertThat(report.sections()).allMatch((section) -> section.level() == FindingLevel.FINE);
		ddl.rollback();
		assertThat(this.diagnosed.section("tables").data().get("sizes"))
			.anySatisfy((row) -> assertThat(row).containsEntry("name", "item").containsEntry("kind", "table"));
		assertThat(this.diagnosed.section("tables").missing()).isEmpty();
	}

	@Test
	void slotThatNobodyUsesIsAnAlarm() throws Exception {
		this.diagnosed.admin("SELECT pg_create_logical_replication_slot('forgotten', 'pgoutput')");
		Finding finding = this.diagnosed.alarm("replication", "replication-slots", "forgotten").orElseThrow();
		assertThat(finding.level()).isEqualTo(FindingLevel.LOOK);
		this.diagnosed.admin(finding.statement());
		assertThat(this.diagnosed.alarms("replication", "replication-slots")).isEmpty();
	}

	@Test
	void extensionWithAnUpdateIsFound() throws Exception {
		this.diagnosed.admin("CREATE EXTENSION pg_buffercache VERSION '1.2'");
		try {
			Finding finding = this.diagnosed.alarm("extensions", "extensions", "pg_buffercache").orElseThrow();
			this.diagnosed.admin(finding.statement());
			assertThat(this.diagnosed.alarms("extensions", "extensions")).isEmpty();
		}
		finally {
			this.diagnosed.admin("DROP EXTENSION pg_buffercache");
		}
	}

	@Test
	void slowStatementIsFoundWithItsTextMasked() throws Exception {
		String[] calls = new String[100];
		Arrays.fill(calls, "SELECT pg_sleep(0.025), 'secret'");
		this.diagnosed.application(calls);
		List<Finding> findings = this.diagnosed.alarms("statements", "slow-statements");
		this.diagnosed.admin("SELECT " + this.diagnosed.statementsSchema() + ".pg_stat_statements_reset()");
		assertThat(findings).singleElement()
			.satisfies((finding) -> assertThat(finding.message()).contains("was called 100 times",
					"SELECT pg_sleep($1), $2"));
		assertThat(this.diagnosed.section("statements").data().get("slow-statements")).allSatisfy((row) -> {
			assertThat(row).containsKey("query");
			assertThat(row.toString()).doesNotContain("secret");
		});
	}

	@Test
	void settingThatNeedsARestartIsFound() throws Exception {
		this.diagnosed.admin("ALTER SYSTEM SET track_commit_timestamp = on", "SELECT pg_reload_conf()");
		try {
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.diagnosed.alarm("settings", "settings", "track_commit_timestamp"))
					.isPresent());
		}
		finally {
			this.diagnosed.admin("ALTER SYSTEM SET track_commit_timestamp = off", "SELECT pg_reload_conf()");
		}
		Awaitility.await().untilAsserted(() -> assertThat(this.diagnosed.alarms("settings", "settings")).isEmpty());
	}

	@Test
	void hnswIndexThatIsLargerThanTheMemoryOfABuildIsFound() throws Exception {
		this.diagnosed.application("CREATE TABLE shop.passage (id int, embedding vector(64))",
				"INSERT INTO shop.passage SELECT i, array_fill(i::real, ARRAY[64])::vector FROM generate_series(1, 4000) i",
				"CREATE INDEX ON shop.passage USING hnsw (embedding vector_l2_ops)");
		assertThat(this.diagnosed.alarms("settings", "settings")).isEmpty();
		this.diagnosed.admin("ALTER ROLE app SET maintenance_work_mem = '1MB'");
		try {
			assertThat(this.diagnosed.alarms("settings", "settings")).anySatisfy((finding) -> {
				assertThat(finding.subject()).isEqualTo("maintenance_work_mem");
				assertThat(finding.instance()).isEqualTo(this.diagnosed.writer());
			});
		}
		finally {
			this.diagnosed.admin("ALTER ROLE app RESET maintenance_work_mem");
		}
	}

}
