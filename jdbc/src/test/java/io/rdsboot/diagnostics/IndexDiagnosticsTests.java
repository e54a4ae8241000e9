package io.rdsboot.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.diagnostics.report.FindingLevel;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of what is found of indexes, on a real writer and reader.
 */
class IndexDiagnosticsTests {

	private static LocalRdsCluster cluster;

	private DiagnosedCluster diagnosed;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(1).extensions("vector").start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@BeforeEach
	void diagnose() throws SQLException {
		this.diagnosed = diagnosed((builder) -> builder.unusedIndex(Duration.ZERO));
		this.diagnosed.application("CREATE SCHEMA shop",
				"CREATE TABLE shop.item (id int PRIMARY KEY, name text, price numeric, tag text)",
				"INSERT INTO shop.item SELECT i, 'name' || i, i, 'tag' || i % 10 FROM generate_series(1, 60000) i");
	}

	private static DiagnosedCluster diagnosed(Consumer<DatabaseDiagnostics.Builder> settings) {
		return new DiagnosedCluster(cluster, settings);
	}

	@AfterEach
	void close() throws SQLException {
		this.diagnosed.application("DROP SCHEMA shop CASCADE");
		cluster.awaitReplication();
		this.diagnosed.close();
	}

	@Test
	void indexThatAFailedBuildLeftIsInvalid() throws Exception {
		this.diagnosed.application("UPDATE shop.item SET name = 'same' WHERE id IN (7, 8)");
		assertThatExceptionOfType(SQLException.class).isThrownBy(
				() -> this.diagnosed.application("CREATE UNIQUE INDEX CONCURRENTLY item_name ON shop.item (name)"));
		Finding finding = this.diagnosed.alarm("indexes", "invalid-indexes", "shop.item_name").orElseThrow();
		assertThat(finding.level()).isEqualTo(FindingLevel.ACT);
		assertThat(finding.message()).contains("No query uses it");
		this.diagnosed.application("UPDATE shop.item SET name = 'another' WHERE id = 8", finding.statement());
		assertThat(this.diagnosed.alarms("indexes", "invalid-indexes")).isEmpty();
	}

	@Test
	void indexThatACancelledReindexLeftIsMaintainedAndToBeDropped() throws Exception {
		Connection snapshot = this.diagnosed.session();
		snapshot.setAutoCommit(false);
		snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		try (Statement statement = snapshot.createStatement()) {
			statement.execute("SELECT FROM pg_class");
		}
		this.diagnosed.application("CREATE TABLE shop.other (id int)", "CREATE INDEX other_id ON shop.other (id)");
		CompletableFuture<Void> reindex = CompletableFuture.runAsync(() -> {
			try {
				this.diagnosed.application("REINDEX INDEX CONCURRENTLY shop.other_id");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		Awaitility.await().until(() -> this.diagnosed.isTrue("""
				SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
						WHERE c.relname = 'other_id_ccnew' AND i.indisready AND NOT i.indisvalid)
					AND EXISTS (SELECT FROM pg_stat_progress_create_index
						WHERE phase = 'waiting for old snapshots' AND current_locker_pid > 0)"""));
		this.diagnosed.admin("SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index");
		assertThat(reindex).failsWithin(Duration.ofMinutes(1));
		snapshot.rollback();
		Finding finding = this.diagnosed.alarm("indexes", "invalid-indexes", "shop.other_id_ccnew").orElseThrow();
		assertThat(finding.message()).contains("Each write to shop.other maintains it");
		assertThat(finding.statement()).isEqualTo("DROP INDEX CONCURRENTLY \"shop\".\"other_id_ccnew\"");
		this.diagnosed.application(finding.statement());
		assertThat(this.diagnosed.alarms("indexes", "invalid-indexes")).isEmpty();
	}

	@Test
	void indexThatIsBeingBuiltIsNoAlarm() throws Exception {
		Connection reader = this.diagnosed.session();
		reader.setAutoCommit(false);
		try (Statement statement = reader.createStatement()) {
			statement.execute("LOCK TABLE shop.item IN ROW EXCLUSIVE MODE");
		}
		CompletableFuture<Void> build = CompletableFuture.runAsync(() -> {
			try {
				this.diagnosed.application("CREATE INDEX CONCURRENTLY item_tag ON shop.item (tag)");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		Awaitility.await().until(() -> this.diagnosed.isTrue("""
				SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
					WHERE c.relname = 'item_tag' AND NOT i.indisvalid)"""));
		assertThat(this.diagnosed.alarms("indexes", "invalid-indexes")).isEmpty();
		reader.rollback();
		build.join();
	}

	@Test
	void indexThatOnlyTheReaderUsesIsUsed() throws Exception {
		this.diagnosed.application("CREATE INDEX for_reports ON shop.item (name)",
				"CREATE INDEX for_nobody ON shop.item (tag, name)");
		cluster.awaitReplication();
		assertThat(this.diagnosed.alarms("indexes", "unused-indexes")).extracting(Finding::subject)
			.containsExactlyInAnyOrder("shop.for_reports", "shop.for_nobody");
		LocalRdsInstance reader = cluster.readers().get(0);
		this.diagnosed.execute(reader, "SET enable_seqscan = off",
				"SELECT count(*) FROM shop.item WHERE name = 'name5'", "SELECT pg_stat_force_next_flush()");
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.diagnosed.alarms("indexes", "unused-indexes")).extracting(Finding::subject)
						.containsExactly("shop.for_nobody"));
	}

	@Test
	void partitionsOfAnUnusedIndexCountTogether() throws Exception {
		this.diagnosed.application("CREATE TABLE shop.event (id int, at int) PARTITION BY RANGE (at)",
				"CREATE TABLE shop.event_1 PARTITION OF shop.event FOR VALUES FROM (0) TO (2)",
				"CREATE TABLE shop.event_2 PARTITION OF shop.event FOR VALUES FROM (2) TO (4)",
				"INSERT INTO shop.event SELECT i, i % 4 FROM generate_series(1, 80000) i",
				"CREATE INDEX event_id ON shop.event (id)");
		cluster.awaitReplication();
		List<Finding> unused = this.diagnosed.alarms("indexes", "unused-indexes");
		assertThat(unused).extracting(Finding::subject).containsExactly("shop.event_id");
		this.diagnosed.application("SET enable_seqscan = off", "SELECT FROM shop.event_1 WHERE id = 4",
				"SELECT pg_stat_force_next_flush()");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.diagnosed.alarms("indexes", "unused-indexes")).isEmpty());
		this.diagnosed.application(unused.get(0).statement());
	}

	@Test
	void indexOfAForeignKeyIsNotUnused() throws Exception {
		this.diagnosed.application("CREATE TABLE shop.sale (id int PRIMARY KEY, item int REFERENCES shop.item, n int)",
				"INSERT INTO shop.sale SELECT i, i, i FROM generate_series(1, 60000) i",
				"CREATE INDEX sale_item ON shop.sale (item, n)", "CREATE INDEX sale_n ON shop.sale (n, item)");
		cluster.awaitReplication();
		assertThat(this.diagnosed.alarms("indexes", "unused-indexes")).extracting(Finding::subject)
			.containsExactly("shop.sale_n");
	}

	@Test
	void deletionsThatReadWholeTablesNeedAnIndexOfTheForeignKey() throws Exception {
		this.diagnosed.application("CREATE TABLE shop.tag (id int PRIMARY KEY)",
				"INSERT INTO shop.tag SELECT i FROM generate_series(1, 200) i",
				"CREATE TABLE shop.label (id int, tag int REFERENCES shop.tag) PARTITION BY RANGE (id)",
				"CREATE TABLE shop.label_default PARTITION OF shop.label DEFAULT",
				"CREATE TABLE shop.few (tag int REFERENCES shop.tag)",
				"CREATE TABLE shop.sale (tag int REFERENCES shop.tag, item int REFERENCES shop.item, n int)",
				"INSERT INTO shop.label SELECT i, 1 FROM generate_series(1, 10000) i",
				"INSERT INTO shop.sale SELECT 1, i, i FROM generate_series(1, 10000) i",
				"CREATE INDEX other_order ON shop.sale (n, tag)", "CREATE INDEX partial ON shop.sale (tag) WHERE n > 5",
				"SELECT pg_stat_force_next_flush()");
		assertThat(this.diagnosed.alarms("indexes", "foreign-keys-without-index")).isEmpty();
		this.diagnosed.application("DELETE FROM shop.tag WHERE id > 100", "SELECT pg_stat_force_next_flush()");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.diagnosed.alarms("indexes", "foreign-keys-without-index"))
				.extracting(Finding::subject)
				.containsExactlyInAnyOrder("shop.sale", "shop.label"));
		for (Finding finding : this.diagnosed.alarms("indexes", "foreign-keys-without-index")) {
			assertThat(finding.message()).contains("100 rows of tag", "about 10,000 rows");
			this.diagnosed.application(finding.statement());
		}
		assertThat(this.diagnosed.alarms("indexes", "foreign-keys-without-index")).isEmpty();
		this.diagnosed.application("DROP INDEX shop.sale_tag_idx",
				"CREATE INDEX but_nulls ON shop.sale (tag) WHERE tag IS NOT NULL");
		assertThat(this.diagnosed.alarms("indexes", "foreign-keys-without-index")).isEmpty();
	}

	@Test
	void unusedIndexIsToldOnlyByOldStatisticsOfAllInstances() throws Exception {
		this.diagnosed.application("CREATE INDEX for_nobody ON shop.item (tag, name)");
		cluster.awaitReplication();
		try (DiagnosedCluster patient = diagnosed((builder) -> builder.unusedIndex(Duration.ofDays(7)))) {
			assertThat(patient.alarms("indexes", "unused-indexes")).isEmpty();
			assertThat(patient.section("indexes").missing()).singleElement()
				.satisfies((part) -> assertThat(part.reason()).contains("younger", "7 days"));
		}
		LocalRdsInstance reader = cluster.readers().get(0);
		cluster.crash(reader);
		try {
			DiagnosticsSection section = this.diagnosed.section("indexes");
			assertThat(section.findings()).noneMatch((finding) -> finding.check().equals("unused-indexes"));
			assertThat(section.missing()).anySatisfy((part) -> {
				assertThat(part.instance()).isEqualTo(reader.name());
				assertThat(part.reason()).contains("No connection can be opened");
			}).anySatisfy((part) -> assertThat(part.reason()).contains("only if all instances answer"));
		}
		finally {
			cluster.restart(reader);
		}
	}

	@Test
	void healthyDatabaseHasNoAlarm() throws Exception {
		DiagnosticsSection section = this.diagnosed.section("indexes");
		assertThat(section.missing()).isEmpty();
		assertThat(section.findings()).extracting(Finding::level).containsOnly(FindingLevel.FINE);
		assertThat(section.level()).isEqualTo(FindingLevel.FINE);
	}

}
