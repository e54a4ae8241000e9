package io.rdsboot.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
	void sameIndexTwiceIsADuplicateAndTheNewerOneGoes() throws Exception {
		this.diagnosed.application("CREATE INDEX first ON shop.item (tag, price)",
				"CREATE INDEX second ON shop.item (tag, price)");
		assertThat(this.diagnosed.alarms("indexes", "duplicate-indexes")).singleElement().satisfies((finding) -> {
			assertThat(finding.subject()).isEqualTo("shop.second");
			assertThat(finding.message()).contains("is the same as first");
		});
	}

	@Test
	void indexOfTheColumnsOfAConstraintIsADuplicateOfIt() throws Exception {
		this.diagnosed.application("CREATE INDEX by_id ON shop.item (id)");
		assertThat(this.diagnosed.alarms("indexes", "duplicate-indexes")).singleElement()
			.satisfies((finding) -> assertThat(finding.statement())
				.isEqualTo("DROP INDEX CONCURRENTLY \"shop\".\"by_id\""));
	}

	@Test
	void beginningOfAnotherKeyIsSuperfluous() throws Exception {
		this.diagnosed.application("CREATE INDEX by_tag ON shop.item (tag)",
				"CREATE INDEX by_tag_and_price ON shop.item (tag, price)");
		assertThat(this.diagnosed.alarms("indexes", "duplicate-indexes")).singleElement()
			.satisfies((finding) -> assertThat(finding.subject()).isEqualTo("shop.by_tag"));
	}

	@Test
	void indexesThatDifferInAnythingAreNoDuplicates() throws Exception {
		this.diagnosed.application("CREATE INDEX plain ON shop.item (tag)",
				"CREATE INDEX of_class ON shop.item (tag text_pattern_ops)",
				"CREATE INDEX collated ON shop.item (tag COLLATE \"C\")",
				"CREATE INDEX descending ON shop.item (tag DESC)",
				"CREATE INDEX partial ON shop.item (tag) WHERE price > 0",
				"CREATE INDEX expression ON shop.item (lower(tag))", "CREATE INDEX other ON shop.item (upper(tag))",
				"CREATE INDEX hash ON shop.item USING hash (tag)",
				"CREATE INDEX parameters ON shop.item (tag) WITH (fillfactor = 50)",
				"CREATE INDEX including ON shop.item (tag) INCLUDE (price)",
				"CREATE UNIQUE INDEX stricter ON shop.item (name)",
				"CREATE INDEX stricter_and_more ON shop.item (name, tag)",
				"CREATE TABLE shop.passage (id int, embedding vector(3))",
				"CREATE INDEX cosine ON shop.passage USING hnsw (embedding vector_cosine_ops)",
				"CREATE INDEX euclidean ON shop.passage USING hnsw (embedding vector_l2_ops)",
				"CREATE INDEX half ON shop.passage USING hnsw ((embedding::halfvec(3)) halfvec_cosine_ops)",
				"CREATE INDEX bits ON shop.passage USING hnsw ((binary_quantize(embedding)::bit(3)) bit_hamming_ops)",
				"CREATE INDEX denser ON shop.passage USING hnsw (embedding vector_cosine_ops) WITH (m = 32)");
		assertThat(this.diagnosed.alarms("indexes", "duplicate-indexes")).isEmpty();
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
