package io.rdsboot.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;

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
 * An auto-configured service on a local cluster, with the settings as shipped.
 */
final class ServiceUnderLoad {

	static final int THREADS = 16;

	/**
	 * Far more than the defaults let anybody wait after a promotion, far less than the
	 * time for which an unwatched pool would.
	 */
	static final Duration BUDGET = Duration.ofSeconds(15);

	private final Function<LocalRdsInstance, String> addresses;

	private final ApplicationContextRunner runner;

	private TopologyProvider topology;

	/**
	 * Creates a service.
	 * @param cluster its database
	 * @param addresses where it finds each instance
	 * @param properties further properties
	 */
	ServiceUnderLoad(LocalRdsCluster cluster, Function<LocalRdsInstance, String> addresses, String... properties) {
		this.addresses = addresses;
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					TransactionManagerCustomizationAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + addresses.apply(cluster.writer()),
					"rds.readers=" + cluster.readers().stream().map(addresses).collect(Collectors.joining(",")),
					"rds.database=" + cluster.database(), "rds.credentials.username=" + cluster.username(),
					"rds.credentials.password=" + cluster.password(), "rds.pool.maximum-pool-size=" + THREADS)
			.withPropertyValues(properties);
	}

	/**
	 * Lets each commit wait for a reader, also after a promotion: PostgreSQL loses
	 * acknowledged rows at a promotion otherwise.
	 */
	static void waitForOneReader(LocalRdsCluster cluster) throws SQLException {
		for (LocalRdsInstance instance : cluster.instances()) {
			try (Connection connection = cluster.adminConnection(instance);
					Statement statement = connection.createStatement()) {
				statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
				statement.execute("SELECT pg_reload_conf()");
			}
		}
	}

	/**
	 * Runs the service, and checks afterwards that its load adds up and nobody waited for
	 * long.
	 */
	void run(BiConsumer<ServiceUnderLoad, ServiceLoad> scenario) {
		this.runner.run((context) -> {
			this.topology = context.getBean(TopologyProvider.class);
			try (ServiceLoad load = load(context)) {
				load.awaitProgress();
				scenario.accept(this, load);
				load.verify();
				assertThat(load.longestCall()).isLessThan(BUDGET);
			}
		});
	}

	private static ServiceLoad load(ApplicationContext context) {
		return new ServiceLoad(context.getBean(JdbcTemplate.class), context.getBean(PlatformTransactionManager.class),
				THREADS);
	}

	/**
	 * Returns the role that an instance has for the service.
	 */
	InstanceRole roleOf(LocalRdsInstance instance) {
		return state(instance).role();
	}

	/**
	 * Waits until the service reaches an instance.
	 */
	void awaitReachable(LocalRdsInstance instance) {
		Awaitility.await(instance.name()).atMost(BUDGET).until(() -> state(instance).reachable());
	}

	private InstanceState state(LocalRdsInstance instance) {
		String name = this.addresses.apply(instance);
		return this.topology.topology()
			.instances()
			.stream()
			.filter((state) -> state.instance().name().equals(name))
			.findFirst()
			.orElseThrow();
	}

}
