package io.rdsboot.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.ReadersHealthIndicator;
import io.rdsboot.actuate.RoutingMetrics;
import io.rdsboot.actuate.WriterHealthIndicator;
import io.rdsboot.actuate.observation.DefaultRoutingWaitObservationConvention;
import io.rdsboot.actuate.observation.RoutingWaitObservationContext;
import io.rdsboot.autoconfigure.actuate.RdsHealthAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsMetricsAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsObservationAutoConfiguration;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RdsMetricsAutoConfiguration} and {@link RdsHealthAutoConfiguration} on
 * a cluster whose instances fail.
 */
class RdsActuatorAutoConfigurationTests {

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(2).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void poolsAreMeasuredByInstance() {
		runner().withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			read(context);
			for (LocalRdsInstance instance : cluster.instances()) {
				assertThat(context.getBean(MeterRegistry.class)
					.get("hikaricp.connections.max")
					.tag("pool", "127.0.0.1:" + instance.port())
					.gauge()
					.value()).isEqualTo(10);
			}
		});
	}

	@Test
	void borrowsAreTimedByRoleAndReason() {
		runner().withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			read(context);
			read(context);
			context.getBean(JdbcTemplate.class).execute("SELECT 1");
			context.getBean(JdbcTemplate.class).execute("CREATE TABLE IF NOT EXISTS counted ()");
			assertThat(count(context, "reader", "read")).isEqualTo(2);
			assertThat(count(context, "writer", "read-outside-transaction")).isEqualTo(1);
			assertThat(count(context, "writer", "write")).isEqualTo(1);
			assertThat(count(context, "writer", "reader-fallback")).isZero();
		});
	}

	@Test
	void registryThatFailsFailsNothingElse() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry() {

			@Override
			protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
				throw new IllegalStateException("no room for " + id);
			}

		};
		registry.config().onMeterAdded((meter) -> {
			throw new IllegalStateException("no listener of " + meter.getId());
		});
		runner().withBean(MeterRegistry.class, () -> registry)
			.withBean(DatabaseCredentialsProvider.class, () -> new RotatedPassword(cluster))
			.run((context) -> {
				read(context);
				context.getBean(JdbcTemplate.class).execute("CREATE TABLE IF NOT EXISTS counted ()");
				assertThat(context.getBean(RoutingMetrics.class)).isNotNull();
			});
	}

	@Test
	void observationHandlerThatFailsFailsNoWait() {
		ObservationRegistry observations = ObservationRegistry.create();
		List<String> events = new CopyOnWriteArrayList<>();
		observations.observationConfig().observationHandler(new FailingHandler(events));
		runner("rds.failover.timeout=0s", "rds.writer=127.0.0.1:1", "rds.pool.fail-fast=false")
			.withBean(ObservationRegistry.class, () -> observations)
			.run((context) -> {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> context.getBean(JdbcTemplate.class).execute("CREATE TABLE lost ()"))
					.withCauseInstanceOf(NoWriterAvailableException.class);
				assertThat(events).isNotEmpty();
			});
	}

	@Test
	void waitIsObservedUnderTheConventionOfTheUser() {
		ObservationRegistry observations = ObservationRegistry.create();
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		observations.observationConfig()
			.observationHandler(new DefaultMeterObservationHandler(meters))
			.observationConvention(new OwnConvention());
		runner("rds.failover.timeout=0s", "rds.writer=127.0.0.1:1", "rds.pool.fail-fast=false")
			.withBean(ObservationRegistry.class, () -> observations)
			.run((context) -> {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> context.getBean(JdbcTemplate.class).execute("CREATE TABLE lost ()"));
				assertThat(meters.get("own.wait").tag("error", "NoWriterAvailableException").timer().count()).isOne();
			});
	}

	@Test
	void metersOfTheUserWin() {
		RoutingMetrics own = new RoutingMetrics(new SimpleMeterRegistry());
		runner().withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(RoutingMetrics.class, () -> own)
			.run((context) -> assertThat(context.getBean(RoutingMetrics.class)).isSameAs(own));
	}

	@Test
	void metersAreAbsentWithoutMicrometerOrRegistry() {
		runner().withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rdsRoutingMetrics"));
		runner().run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RoutingMetrics.class));
	}

	@Test
	void metersAndHealthAreAbsentWithoutCluster() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					RdsMetricsAutoConfiguration.class, RdsHealthAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RoutingMetrics.class)
				.doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void healthIsAbsentWithoutHealthModuleOrWhenDisabled() {
		runner().withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rdsWriterHealthIndicator"));
		runner().withPropertyValues("management.health.rds.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void healthIndicatorOfTheUserWins() {
		HealthIndicator own = () -> Health.up().build();
		runner().withBean("rdsWriterHealthIndicator", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context).getBean("rdsWriterHealthIndicator").isSameAs(own));
	}

	@Test
	void dbHealthIsReplacedForTheRoutingDataSourceAlone() {
		runner().withConfiguration(AutoConfigurations.of(DataSourceHealthContributorAutoConfiguration.class))
			.withBean("reports", DataSource.class,
					() -> new DriverManagerDataSource(cluster.writer().jdbcUrl(), cluster.username(),
							cluster.password()),
					(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
			.run((context) -> {
				CompositeHealthContributor db = context.getBean("dbHealthContributor",
						CompositeHealthContributor.class);
				assertThat(db.getContributor("reports")).isInstanceOf(DataSourceHealthIndicator.class);
				assertThat(db.getContributor("dataSource")).isNotInstanceOf(DataSourceHealthIndicator.class)
					.isInstanceOfSatisfying(HealthIndicator.class,
							(indicator) -> assertThat(indicator.health().getDetails()).containsEntry("role", "writer"));
			});
	}

	@Test
	void dbHealthOfTheUserWins() {
		HealthIndicator own = () -> Health.up().build();
		runner().withConfiguration(AutoConfigurations.of(DataSourceHealthContributorAutoConfiguration.class))
			.withBean("dbHealthContributor", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context).getBean("dbHealthContributor").isSameAs(own));
	}

	@Test
	void healthWhenEveryInstanceAnswersIsUp() {
		runner().run((context) -> {
			assertThat(writer(context).getStatus()).isEqualTo(Status.UP);
			assertThat(readers(context).getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void healthWhenAnInstanceFails() {
		runner().run((context) -> {
			LocalRdsInstance reader = cluster.readers().get(0);
			cluster.freeze(reader);
			Awaitility.await().until(() -> readers(context).getStatus().equals(ReadersHealthIndicator.DEGRADED));
			Health degraded = readers(context);
			assertThat(degraded.getDetails().get("readers")).asString().contains("127.0.0.1:" + reader.port());
			cluster.thaw(reader);
			Awaitility.await().until(() -> readers(context).getStatus().equals(Status.UP));
			cluster.crash(cluster.writer());
			Awaitility.await().until(() -> writer(context).getStatus().equals(Status.DOWN));
			cluster.restart(cluster.writer());
			Awaitility.await().until(() -> writer(context).getStatus().equals(Status.UP));
		});
	}

	@Test
	void healthWhenNoReaderIsLeftDependsOnTheFallback() {
		String nobody = "rds.readers=127.0.0.1:1";
		runner(nobody).run((context) -> Awaitility.await()
			.until(() -> readers(context).getStatus().equals(ReadersHealthIndicator.DEGRADED)));
		runner(nobody, "rds.routing.reader-fallback=fail")
			.run((context) -> Awaitility.await().until(() -> readers(context).getStatus().equals(Status.DOWN)));
	}

	@Test
	void healthWhenTheWriterIsAReplicaIsDown() {
		String replica = "rds.writer=127.0.0.1:" + cluster.readers().get(0).port();
		runner(replica, "rds.readers=", "rds.pool.fail-fast=false").run((context) -> {
			Awaitility.await().until(() -> writer(context).getStatus().equals(Status.DOWN));
			assertThat(writer(context).getDetails()).containsEntry("error", "No writer is known in the cluster");
		});
		runner(replica, "rds.readers=", "rds.topology.enabled=false").run((context) -> {
			Awaitility.await().until(() -> writer(context).getStatus().equals(Status.DOWN));
			assertThat(writer(context).getDetails()).containsEntry("error",
					"The instance is a replica and cannot be written to");
		});
	}

	private static Health writer(AssertableApplicationContext context) {
		return context.getBean(WriterHealthIndicator.class).health();
	}

	private static Health readers(AssertableApplicationContext context) {
		return context.getBean(ReadersHealthIndicator.class).health();
	}

	private static void read(AssertableApplicationContext context) {
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		transaction.setReadOnly(true);
		transaction.executeWithoutResult((status) -> context.getBean(JdbcTemplate.class).execute("SELECT 1"));
	}

	private static double count(AssertableApplicationContext context, String role, String reason) {
		return context.getBean(MeterRegistry.class)
			.get("rds.routing.borrow")
			.tags("role", role, "reason", reason)
			.timer()
			.count();
	}

	private static ApplicationContextRunner runner(String... overrides) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, RdsMetricsAutoConfiguration.class,
							RdsObservationAutoConfiguration.class, RdsHealthAutoConfiguration.class,
							DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + cluster.writer().port(),
					"rds.readers=" + String.join(",",
							cluster.readers().stream().map((reader) -> "127.0.0.1:" + reader.port()).toList()),
					"rds.database=" + cluster.database(), "rds.credentials.username=" + cluster.username(),
					"rds.credentials.password=" + cluster.password(), "rds.pool.connection-timeout=1s",
					"rds.pool.reader.connection-timeout=1s", "rds.pool.validation-timeout=1s")
			.withPropertyValues(overrides);
	}

	/**
	 * Convention of an application.
	 */
	private static final class OwnConvention extends DefaultRoutingWaitObservationConvention
			implements GlobalObservationConvention<RoutingWaitObservationContext> {

		@Override
		public String getName() {
			return "own.wait";
		}

	}

	/**
	 * Handler that throws at every step.
	 */
	private record FailingHandler(List<String> events) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStart(Observation.Context context) {
			fail("start");
		}

		@Override
		public void onError(Observation.Context context) {
			fail("error");
		}

		@Override
		public void onStop(Observation.Context context) {
			fail("stop");
		}

		private void fail(String event) {
			this.events.add(event);
			throw new IllegalStateException("no room for a " + event);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	/**
	 * Password of which the first login is refused, as it is after a rotation.
	 */
	private record RotatedPassword(LocalRdsCluster cluster) implements DatabaseCredentialsProvider {

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			return new DatabaseCredentials(this.cluster.username(), "outdated");
		}

		@Override
		public DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			return new DatabaseCredentials(this.cluster.username(), this.cluster.password());
		}

	}

}
