package io.rdsboot.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.diagnostics.report.DiagnosedInstance;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

/**
 * Tests of {@link DatabaseDiagnostics} as a whole: instances that fail, many callers, and
 * what it leaves behind. The cluster is one of Aurora, whose functions are emulated.
 */
class DatabaseDiagnosticsTests {

	private static LocalRdsCluster cluster;

	private DiagnosedCluster diagnosed;

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(1).aurora().start();
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
	void diagnose() {
		this.diagnosed = new DiagnosedCluster(cluster,
				(builder) -> builder.unusedIndex(Duration.ZERO).timeout(Duration.ofSeconds(2)));
	}

	@AfterEach
	void close() throws SQLException {
		this.diagnosed.close();
	}

	@Test
	void auroraIsHealthyAndOnlyStatementsAreMissing() {
		DiagnosticsReport report = this.diagnosed.diagnostics.report();
		assertThat(DiagnosedCluster.alarms(report)).isEmpty();
		assertThat(report.instances()).extracting(DiagnosedInstance::role)
			.containsExactly(InstanceRole.WRITER, InstanceRole.READER);
		assertThat(report.sections()).flatExtracting(DiagnosticsSection::missing)
			.extracting(MissingPart::check, MissingPart::statement)
			.containsOnly(tuple("slow-statements", "CREATE EXTENSION pg_stat_statements"));
		assertThat(report.section("disk").orElseThrow().data().get("checkpoints")).isEmpty();
	}

	@Test
	void everyInstanceIsConnectedToOnceAndTheConnectionsAreClosed() {
		this.diagnosed.diagnostics.report();
		Awaitility.await().untilAsserted(() -> assertThat(this.diagnosed.connector.open()).isZero());
		assertThat(this.diagnosed.connector.opened()).hasSize(2);
	}

	@Test
	void manyCallersShareARun() {
		ExecutorService callers = Executors.newFixedThreadPool(50);
		LocalRdsInstance writer = cluster.writer();
		cluster.freeze(writer);
		try {
			List<CompletableFuture<DiagnosticsReport>> reports = IntStream.range(0, 50)
				.mapToObj((caller) -> CompletableFuture.supplyAsync(this.diagnosed.diagnostics::report, callers))
				.toList();
			List<DiagnosticsReport> distinct = reports.stream().map(CompletableFuture::join).distinct().toList();
			assertThat(distinct.size()).isLessThan(5);
		}
		finally {
			cluster.thaw(writer);
			callers.shutdown();
		}
	}

	@Test
	void frozenWriterLeavesAPartialAnswerThatSaysSo() {
		LocalRdsInstance writer = cluster.writer();
		cluster.freeze(writer);
		try {
			DiagnosticsReport report = this.diagnosed.diagnostics.report();
			assertThat(report.complete()).isFalse();
			assertThat(report.instances()).filteredOn((instance) -> instance.role() == InstanceRole.READER).hasSize(1);
			assertThat(report.instances()).filteredOn((instance) -> instance.name().equals(writer.name()))
				.singleElement()
				.satisfies((instance) -> assertThat(instance.failure()).isNotBlank());
			assertThat(report.section("vacuum").orElseThrow()).satisfies((section) -> {
				assertThat(section.level()).isNull();
				assertThat(section.missing()).extracting(MissingPart::reason)
					.containsOnly("Only the writer knows it, and no instance has answered as writer.");
			});
			assertThat(report.section("queries").orElseThrow().level()).isEqualTo(FindingLevel.FINE);
			assertThat(report.section("connections").orElseThrow().data().get("connections"))
				.allSatisfy((row) -> assertThat(row).containsEntry("instance", cluster.readers().get(0).name()));
		}
		finally {
			cluster.thaw(writer);
		}
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.diagnosed.diagnostics.report("vacuum").orElseThrow().complete()).isTrue());
	}

	@Test
	void refusedLoginsAreToldWithoutPasswords() throws Exception {
		this.diagnosed.admin("ALTER ROLE app NOLOGIN");
		cluster.awaitReplication();
		try {
			DiagnosticsReport report = this.diagnosed.diagnostics.report();
			assertThat(report.level()).isNull();
			assertThat(report.instances()).extracting(DiagnosedInstance::failure)
				.allSatisfy((failure) -> assertThat(failure).contains("not permitted to log in"));
			assertThat(report.toString()).doesNotContain(cluster.password());
		}
		finally {
			this.diagnosed.admin("ALTER ROLE app LOGIN");
			cluster.awaitReplication();
		}
	}

	@Test
	void unknownSectionIsEmpty() {
		assertThat(this.diagnosed.diagnostics.report("nothing")).isEmpty();
	}

	@Test
	void sectionAsksOnlyWhatItShows() {
		DiagnosticsReport report = this.diagnosed.diagnostics.report("locks").orElseThrow();
		assertThat(report.sections()).extracting(DiagnosticsSection::name).containsExactly("locks");
		assertThat(report.section("locks").orElseThrow().findings()).extracting(Finding::check)
			.containsOnly("lock-waits");
	}

	@Test
	void limitsThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new DiagnosedCluster(cluster, (builder) -> builder.timeout(Duration.ofMillis(99))))
			.withMessageContaining("PT0.099S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new DiagnosedCluster(cluster, (builder) -> builder.longQuery(Duration.ofSeconds(-1))))
			.withMessageContaining("longQuery PT-1S");
	}

}
