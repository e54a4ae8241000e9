package io.rdsboot.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.WriterIsReplicaException;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service that starts anew, with the same configuration, while its cluster is
 * not what the configuration says. Each has a cluster of its own, because it breaks it.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceRestartTests {

	/**
	 * A warning or an error of this library's. Where Spring Boot has set up the logs, it
	 * abbreviates the packages of long names.
	 */
	private static final Pattern ALARM = Pattern.compile(" (WARN|ERROR) .*\\bi(o)?\\.r(dsboot)?\\.(?!t(est)?\\.)");

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start();

	private final LocalRdsInstance writer = this.cluster.writer();

	private final LocalRdsInstance first = this.cluster.readers().get(0);

	private final LocalRdsInstance second = this.cluster.readers().get(1);

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void startAfterAFailoverRaisesNoAlarm(CapturedOutput output) {
		this.cluster.failover(this.first);
		for (int i = 0; i < 5; i++) {
			service(ServiceRestartTests::direct).run((context) -> {
				assertThat(context).hasNotFailed();
				write(context.getBean(DataSource.class));
			});
		}
		assertThat(alarms(output)).isEmpty();
		assertThat(output).contains("Instance " + direct(this.first) + " is the writer, ");
	}

	@Test
	void startWhileTheFormerWriterIsDownFindsTheWriter(CapturedOutput output) {
		this.cluster.crash(this.writer);
		this.cluster.failover(this.first);
		service(ServiceRestartTests::direct).run((context) -> {
			assertThat(context).hasNotFailed();
			write(context.getBean(DataSource.class));
		});
		assertThat(alarms(output)).isNotEmpty()
			.allSatisfy((line) -> assertThat(line).containsAnyOf("Cannot connect to " + direct(this.writer) + ": ",
					"Instance " + direct(this.writer) + ", which is configured as the writer, cannot be reached: "));
		assertThat(output).contains("Instance " + direct(this.first) + " is the writer, although " + direct(this.writer)
				+ " is configured as such");
	}

	@Test
	void startWhileTheFormerWriterIsFrozenFindsTheWriter(CapturedOutput output) {
		this.cluster.freeze(this.writer);
		this.cluster.promote(this.first);
		service(ServiceRestartTests::direct, "rds.pool.data-source-properties.connectTimeout=3",
				"rds.pool.data-source-properties.loginTimeout=3")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				write(context.getBean(DataSource.class));
			});
		assertThat(alarms(output)).noneMatch((line) -> line.contains(" ERROR "));
		assertThat(output).doesNotContain("has no writer");
	}

	@Test
	void startWhileTheWriterIsDownIsRefusedWithItsFailure(CapturedOutput output) {
		this.cluster.crash(this.writer);
		FailureAnalysis analysis = StartupFailures.analysis(service(ServiceRestartTests::direct));
		assertThat(analysis.getDescription())
			.startsWith("Cannot connect to database 'app' on the writer " + direct(this.writer));
		assertThat(alarms(output)).noneMatch((line) -> line.contains(" ERROR "));
		assertThat(output).doesNotContain("has no writer");
	}

	@Test
	void startWhileAReaderIsDownSaysThatAlone(CapturedOutput output) {
		this.cluster.crash(this.first);
		service(ServiceRestartTests::direct).run((context) -> {
			assertThat(context).hasNotFailed();
			write(context.getBean(DataSource.class));
		});
		assertThat(alarms(output)).isNotEmpty()
			.allSatisfy((line) -> assertThat(line).containsAnyOf("Cannot connect to " + direct(this.first) + ": ",
					"Instance " + direct(this.first) + ", which is configured as a reader, cannot be reached: ",
					"Reader " + direct(this.first) + " is left out"));
	}

	@Test
	void startWithTwoWritersSaysWhichIsNotUsed(CapturedOutput output) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.first);
				Statement statement = connection.createStatement()) {
			statement.execute("SELECT pg_promote()");
		}
		service(ServiceRestartTests::direct).run((context) -> {
			write(context.getBean(DataSource.class));
			Awaitility.await().atMost(LIMIT).until(() -> output.getOut().contains("Two instances say"));
		});
		assertThat(output)
			.containsOnlyOnce("Two instances say that they are the writer: " + direct(this.first)
					+ " is taken for it, and " + direct(this.writer))
			.doesNotContain("Stop " + direct(this.first))
			.doesNotContain("has no writer");
	}

	@Test
	void readerAddressThatLeadsToTheWriterIsNoSecondWriter(CapturedOutput output) {
		String alias = "localhost:" + this.writer.port();
		service(ServiceRestartTests::direct, "rds.readers=" + alias + "," + direct(this.first)).run((context) -> {
			write(context.getBean(DataSource.class));
			TopologyMonitor monitor = context.getBean(TopologyMonitor.class);
			awaitLooks(monitor, direct(this.first));
		});
		assertThat(alarms(output)).isEmpty();
		assertThat(output).containsOnlyOnce("The address of " + alias + " leads to the same server as that of "
				+ direct(this.writer) + ", which is the writer: no reads are sent there");
	}

	@Test
	void startWithASecondNameOfTheNewWriterFindsIt(CapturedOutput output) {
		this.cluster.failover(this.first);
		service(ServiceRestartTests::direct, "rds.readers=" + direct(this.first) + ",localhost:" + this.first.port())
			.run((context) -> {
				write(context.getBean(DataSource.class));
				awaitLooks(context.getBean(TopologyMonitor.class), direct(this.writer));
			});
		assertThat(alarms(output)).isEmpty();
	}

	@Test
	void startOnReplicasAloneNamesThePrimary(CapturedOutput output) {
		long begin = System.nanoTime();
		FailureAnalysis analysis = StartupFailures.analysis(service(ServiceRestartTests::direct,
				"rds.writer=" + direct(this.first), "rds.readers=" + direct(this.second)));
		Duration duration = Duration.ofNanos(System.nanoTime() - begin);
		assertThat(analysis.getCause()).isInstanceOf(WriterIsReplicaException.class);
		assertThat(analysis.getDescription()).isEqualTo("The address of the writer, " + direct(this.first)
				+ ", is that of a read replica of a server that this login may not see, and no other address leads to "
				+ "the writer: [" + direct(this.second) + "] is a replica, too.");
		assertThat(analysis.getAction()).contains("pg_monitor", "pg_stat_wal_receiver",
				"rds.pool.writer.fail-fast=false");
		assertThat(duration).isLessThan(Duration.ofSeconds(20));
		assertThat(alarms(output)).noneMatch((line) -> line.contains(" ERROR "));
	}

	@Test
	void startOnAReplicaNamesThePrimaryWhereTheLoginMaySeeIt() throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.writer);
				Statement statement = connection.createStatement()) {
			statement.execute("GRANT pg_monitor TO " + this.cluster.username());
		}
		this.cluster.awaitReplication();
		FailureAnalysis analysis = StartupFailures
			.analysis(service(ServiceRestartTests::direct, "rds.writer=" + direct(this.first), "rds.readers="));
		assertThat(analysis.getDescription()).isEqualTo("The address of the writer, " + direct(this.first)
				+ ", is that of a read replica of " + direct(this.writer) + ".");
		assertThat(analysis.getAction()).contains("rds.writer names the primary " + direct(this.writer));
	}

	@Test
	void readOnlyServiceStartsOnAReplica() {
		service(ServiceRestartTests::direct, "rds.writer=" + direct(this.first), "rds.readers=",
				"rds.pool.writer.fail-fast=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	/**
	 * All addresses answer as replicas, but one of them receives from nobody and is about
	 * to be promoted.
	 */
	@Test
	void startInTheMiddleOfAFailoverGoesOn() throws SQLException {
		this.cluster.crash(this.writer);
		service(ServiceRestartTests::direct, "rds.writer=" + direct(this.first), "rds.readers=" + direct(this.second))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				this.cluster.failover(this.second);
				write(context.getBean(DataSource.class));
			});
	}

	private static void write(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("CREATE TABLE IF NOT EXISTS written ()");
		}
	}

	/**
	 * Waits until an instance has been asked four times.
	 */
	private static void awaitLooks(TopologyMonitor monitor, String instance) {
		for (int i = 0; i < 4; i++) {
			LogProgress before = progress(monitor, instance);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> progress(monitor, instance), (progress) -> progress != null && !progress.equals(before));
		}
	}

	private static @Nullable LogProgress progress(TopologyMonitor monitor, String instance) {
		return monitor.topology()
			.instances()
			.stream()
			.filter((state) -> state.instance().name().equals(instance))
			.findFirst()
			.orElseThrow()
			.progress();
	}

	private static List<String> alarms(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> ALARM.matcher(line).find()).toList();
	}

	private ApplicationContextRunner service(Function<LocalRdsInstance, String> addresses, String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + addresses.apply(this.writer),
					"rds.readers=" + Stream.of(this.first, this.second).map(addresses).collect(Collectors.joining(",")),
					"rds.database=" + this.cluster.database(), "rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password())
			.withPropertyValues(properties);
	}

	private static String direct(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

}
