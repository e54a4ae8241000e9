package io.rdsboot.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of an auto-configured service under load whose servers fail, with the settings as
 * shipped. Replication is synchronous, because PostgreSQL loses acknowledged rows at a
 * promotion otherwise.
 */
class FailoverTests {

	private static final int THREADS = 16;

	/**
	 * Far more than the defaults let anybody wait after a promotion, far less than the
	 * time for which an unwatched pool would.
	 */
	private static final Duration BUDGET = Duration.ofSeconds(15);

	private LocalRdsCluster cluster;

	@BeforeEach
	void start() throws Exception {
		this.cluster = LocalRdsCluster.builder().readers(2).start();
		waitForOneReader();
	}

	/**
	 * Lets each commit wait for a reader, also after a promotion.
	 */
	private void waitForOneReader() throws Exception {
		for (LocalRdsInstance instance : this.cluster.instances()) {
			try (var connection = this.cluster.adminConnection(instance);
					var statement = connection.createStatement()) {
				statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
				statement.execute("SELECT pg_reload_conf()");
			}
		}
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void crashWithPromotionFailsOnlyWhatIsUnderWay() {
		underLoad((context, load) -> {
			this.cluster.crash(this.cluster.writer());
			LocalRdsInstance writer = this.cluster.failover();
			load.awaitProgress();
			assertThat(roleOf(context, writer)).isEqualTo(InstanceRole.WRITER);
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(THREADS);
		});
	}

	@Test
	void switchoverTurnsTheOldWriterIntoAReader() {
		underLoad((context, load) -> {
			LocalRdsInstance former = this.cluster.writer();
			this.cluster.failover();
			load.awaitProgress();
			Awaitility.await()
				.atMost(BUDGET)
				.untilAsserted(() -> assertThat(roleOf(context, former)).isEqualTo(InstanceRole.READER));
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(THREADS);
			load.awaitProgress();
		});
	}

	@Test
	void frozenWriterReleasesItsThreads() {
		underLoad((context, load) -> {
			LocalRdsInstance frozen = this.cluster.writer();
			this.cluster.freeze(frozen);
			this.cluster.promote(mostAdvancedReader());
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(THREADS);
			this.cluster.thaw(frozen);
			load.awaitProgress();
		});
	}

	/**
	 * Returns the reader that has received most: if another one is promoted, acknowledged
	 * rows are lost, and this one cannot follow it.
	 */
	private LocalRdsInstance mostAdvancedReader() {
		return this.cluster.readers().stream().max(Comparator.comparingLong(this::receivedBytes)).orElseThrow();
	}

	private long receivedBytes(LocalRdsInstance reader) {
		try (var connection = this.cluster.adminConnection(reader);
				var statement = connection.createStatement();
				var result = statement.executeQuery("SELECT pg_last_wal_receive_lsn() - '0/0'::pg_lsn")) {
			result.next();
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void lostReaderIsMissedByNobodyElse() {
		underLoad((context, load) -> {
			LocalRdsInstance reader = this.cluster.readers().get(0);
			this.cluster.crash(reader);
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(THREADS);
			this.cluster.restart(reader);
			awaitReachable(context, reader);
			load.awaitProgress();
		});
	}

	@Test
	void frozenReaderReleasesItsThreads() {
		underLoad((context, load) -> {
			LocalRdsInstance reader = this.cluster.readers().get(0);
			this.cluster.freeze(reader);
			load.awaitProgress();
			this.cluster.thaw(reader);
			awaitReachable(context, reader);
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(THREADS);
		});
	}

	@Test
	void readsGoOnWithoutReaders() throws Exception {
		waitForNobody();
		underLoad((context, load) -> {
			List<LocalRdsInstance> readers = this.cluster.readers();
			readers.forEach(this.cluster::crash);
			load.awaitProgress();
			readers.forEach(this.cluster::restart);
			readers.forEach((reader) -> awaitReachable(context, reader));
			load.awaitProgress();
		});
	}

	private void waitForNobody() throws Exception {
		try (var connection = this.cluster.adminConnection(this.cluster.writer());
				var statement = connection.createStatement()) {
			statement.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
			statement.execute("SELECT pg_reload_conf()");
		}
	}

	@Test
	void restartOfEverythingIsSurvived() {
		underLoad((context, load) -> {
			LocalRdsInstance writer = this.cluster.writer();
			List<LocalRdsInstance> readers = this.cluster.readers();
			this.cluster.crash(writer);
			readers.forEach(this.cluster::crash);
			this.cluster.restart(writer);
			readers.forEach(this.cluster::restart);
			load.awaitProgress();
		});
	}

	private void underLoad(BiConsumer<ApplicationContext, ServiceLoad> scenario) {
		runner().run((context) -> {
			try (ServiceLoad load = new ServiceLoad(context.getBean(JdbcTemplate.class),
					context.getBean(PlatformTransactionManager.class), THREADS)) {
				load.awaitProgress();
				scenario.accept(context, load);
				load.verify();
				assertThat(load.longestCall()).isLessThan(BUDGET);
			}
		});
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					TransactionManagerCustomizationAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + address(this.cluster.writer()), "rds.readers="
					+ this.cluster.readers().stream().map(FailoverTests::address).collect(Collectors.joining(",")),
					"rds.database=" + this.cluster.database(), "rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password(), "rds.pool.maximum-pool-size=" + THREADS);
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	private static InstanceRole roleOf(ApplicationContext context, LocalRdsInstance instance) {
		return context.getBean(TopologyProvider.class)
			.topology()
			.instances()
			.stream()
			.filter((state) -> state.instance().name().equals(address(instance)))
			.findFirst()
			.orElseThrow()
			.role();
	}

	private static void awaitReachable(ApplicationContext context, LocalRdsInstance instance) {
		Awaitility.await(address(instance))
			.atMost(BUDGET)
			.until(() -> context.getBean(TopologyProvider.class)
				.topology()
				.instances()
				.stream()
				.anyMatch((state) -> state.instance().name().equals(address(instance)) && state.reachable()));
	}

}
