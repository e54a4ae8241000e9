package io.rdsboot.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.diagnostics.report.FindingLevel;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is found of sessions, on a real writer and reader.
 */
class ActivityDiagnosticsTests {

	private static LocalRdsCluster cluster;

	private DiagnosedCluster diagnosed;

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(1).start();
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
		this.diagnosed = new DiagnosedCluster(cluster,
				(builder) -> builder.longQuery(Duration.ZERO).idleInTransaction(Duration.ZERO).lockWait(Duration.ZERO));
		this.diagnosed.application("DROP TABLE IF EXISTS account",
				"CREATE TABLE account (id int PRIMARY KEY, balance int)",
				"INSERT INTO account SELECT i, 0 FROM generate_series(1, 10) i");
	}

	@AfterEach
	void close() throws SQLException {
		this.diagnosed.close();
	}

	@Test
	void sessionThatIsIdleInTransactionIsFoundWithItsLastQueryMasked() throws Exception {
		Connection session = this.diagnosed.session();
		session.setAutoCommit(false);
		execute(session, "UPDATE account SET balance = 4711 WHERE id = 1");
		DiagnosticsSection section = this.diagnosed.section("queries");
		assertThat(section.findings()).filteredOn((finding) -> finding.check().equals("idle-in-transaction"))
			.singleElement()
			.satisfies((finding) -> {
				assertThat(finding.level()).isEqualTo(FindingLevel.LOOK);
				assertThat(finding.instance()).isEqualTo(this.diagnosed.writer());
				assertThat(finding.statement()).isEqualTo("SELECT pg_terminate_backend(%d)".formatted(pid(session)));
			});
		assertThat(section.data().get("idle-in-transaction")).singleElement()
			.satisfies(
					(row) -> assertThat(row).containsEntry("lastQuery", "UPDATE account SET balance = ? WHERE id = ?")
						.containsEntry("hasWritten", true));
		this.diagnosed.admin(Objects.requireNonNull(section.findings()
			.stream()
			.filter((finding) -> finding.check().equals("idle-in-transaction"))
			.findFirst()
			.orElseThrow()
			.statement()));
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.diagnosed.alarms("queries", "idle-in-transaction")).isEmpty());
	}

	@Test
	void statementThatRunsIsFoundOnItsInstance() throws Exception {
		Connection session = this.diagnosed.session();
		CompletableFuture<Void> running = CompletableFuture
			.runAsync(() -> execute(session, "SELECT pg_sleep(600) /* secret */, 'secret'"));
		Awaitility.await().untilAsserted(() -> {
			List<Finding> findings = this.diagnosed.alarms("queries", "long-queries");
			assertThat(findings).singleElement()
				.satisfies((finding) -> assertThat(finding.subject()).isEqualTo("process " + pid(session)));
		});
		assertThat(this.diagnosed.section("queries").toString()).contains("SELECT pg_sleep(?) , ?")
			.doesNotContain("secret");
		this.diagnosed.admin("SELECT pg_cancel_backend(%d)".formatted(pid(session)));
		assertThat(running).failsWithin(Duration.ofMinutes(1));
	}

	@Test
	void sessionsOfTheLibraryAreLeftOut() throws Exception {
		for (String name : List.of("orders/rds-topology-monitor", "rds-diagnostics")) {
			Connection idle = this.diagnosed.session();
			idle.setClientInfo("ApplicationName", name);
			idle.setAutoCommit(false);
			execute(idle, "SELECT 1");
			Connection running = this.diagnosed.session();
			running.setClientInfo("ApplicationName", name);
			CompletableFuture.runAsync(() -> execute(running, "SELECT pg_sleep(600)"));
			Awaitility.await()
				.until(() -> this.diagnosed
					.isTrue("SELECT state = 'active' FROM pg_stat_activity WHERE pid = %d".formatted(pid(running))));
			DiagnosticsSection section = this.diagnosed.section("queries");
			this.diagnosed.admin("SELECT pg_terminate_backend(%d)".formatted(pid(running)));
			assertThat(section.data()).allSatisfy((check, rows) -> assertThat(rows).isEmpty());
		}
	}

	@Test
	void diagnosisHasANameOfItsOwn() {
		assertThat(this.diagnosed.section("connections").data().get("connections"))
			.anySatisfy((row) -> assertThat(row).containsEntry("application", "PostgreSQL JDBC Driver/rds-diagnostics")
				.containsEntry("state", "active"));
	}

	@Test
	void locksAreATreeWhoseRootIsToBlame() throws Exception {
		Connection root = this.diagnosed.session();
		Connection middle = this.diagnosed.session();
		Connection leaf = this.diagnosed.session();
		root.setAutoCommit(false);
		middle.setAutoCommit(false);
		execute(root, "UPDATE account SET balance = 1 WHERE id = 1");
		execute(middle, "UPDATE account SET balance = 2 WHERE id = 2");
		CompletableFuture<Void> first = CompletableFuture
			.runAsync(() -> execute(middle, "UPDATE account SET balance = 2 WHERE id = 1"));
		awaitWaiters(1);
		CompletableFuture<Void> second = CompletableFuture
			.runAsync(() -> execute(leaf, "UPDATE account SET balance = 3 WHERE id = 2"));
		awaitWaiters(2);
		DiagnosticsSection section = this.diagnosed.section("locks");
		assertThat(section.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.level()).isNotEqualTo(FindingLevel.FINE);
			assertThat(finding.subject()).isEqualTo("process " + pid(root));
			assertThat(finding.message()).contains("2 sessions wait", "idle in transaction");
		});
		Map<String, Object> tree = section.data().get("lock-waits").get(0);
		assertThat(tree).containsEntry("pid", (long) pid(root));
		assertThat(waiters(tree)).singleElement().satisfies((waiter) -> {
			assertThat(waiter).containsEntry("pid", (long) pid(middle)).containsEntry("blockers", "" + pid(root));
			assertThat(waiters(waiter)).singleElement()
				.satisfies((last) -> assertThat(last).containsEntry("pid", (long) pid(leaf)));
		});
		root.rollback();
		first.join();
		middle.rollback();
		second.join();
		Awaitility.await().untilAsserted(() -> assertThat(this.diagnosed.alarms("locks", "lock-waits")).isEmpty());
	}

	private void awaitWaiters(int number) {
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.diagnosed.section("locks").toString().split("waitingSeconds=[0-9.E-]*[1-9]"))
						.hasSize(number + 1));
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> waiters(Map<String, Object> tree) {
		return (List<Map<String, Object>>) tree.get("waiters");
	}

	@Test
	void connectionsAreCountedByRoleOnEachInstance() throws Exception {
		this.diagnosed.session();
		DiagnosticsSection section = this.diagnosed.section("connections");
		assertThat(section.level()).isEqualTo(FindingLevel.FINE);
		assertThat(section.missing()).isEmpty();
		assertThat(section.data().get("connections"))
			.anySatisfy((row) -> assertThat(row).containsEntry("instance", cluster.readers().get(0).name())
				.containsEntry("user", "app"));
	}

	@Test
	void connectionsAlmostAllInUseAreAnAlarm() throws Exception {
		try (LocalRdsCluster small = LocalRdsCluster.builder()
			.readers(0)
			.parameter("max_connections", "13")
			.parameter("superuser_reserved_connections", "3")
			.start(); DiagnosedCluster one = new DiagnosedCluster(small, (builder) -> {
			})) {
			one.admin("GRANT pg_monitor TO app");
			assertThat(one.alarms("connections", "connections")).isEmpty();
			// The diagnosis takes one itself.
			for (int i = 0; i < 8; i++) {
				one.session();
			}
			assertThat(one.alarms("connections", "connections")).singleElement()
				.satisfies((finding) -> assertThat(finding.message()).contains("10 connections are in use"));
		}
	}

	@Test
	void roleWithoutPrivilegesSeesItsOwnAndIsToldTheGrant() throws Exception {
		this.diagnosed.admin("REVOKE pg_monitor FROM app");
		try {
			cluster.awaitReplication();
			DiagnosticsSection section = this.diagnosed.section("queries");
			assertThat(section.missing()).isNotEmpty()
				.allSatisfy((part) -> assertThat(part.statement()).isEqualTo("GRANT pg_monitor TO \"app\""));
			assertThat(section.level()).isEqualTo(FindingLevel.FINE);
		}
		finally {
			this.diagnosed.admin("GRANT pg_monitor TO app");
			cluster.awaitReplication();
		}
	}

	private static void execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int pid(Connection connection) throws SQLException {
		return connection.unwrap(PGConnection.class).getBackendPID();
	}

}
