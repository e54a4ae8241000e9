package io.rdsboot.autoconfigure.routing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupProblems;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.routing.ReadConsistency;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.consistency.RememberedWrites;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.web.ConsistencyTokenFilter;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsConsistencyConfiguration} and {@link RoutingPropertiesMapper}.
 */
class RdsConsistencyConfigurationTests {

	private static final String[] CLUSTER = { "rds.writer=w.example.com", "rds.readers=r.example.com",
			"rds.database=app", "rds.credentials.username=app", "rds.credentials.password=secret",
			"rds.pool.fail-fast=false" };

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations
		.of(RdsDataSourceAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
		.withBean(TopologyProvider.class,
				() -> new ManualTopology(new InstanceState(DatabaseInstance.at(InstanceAddress.parse("w.example.com")),
						InstanceRole.WRITER, true)))
		.withPropertyValues(CLUSTER);

	private final WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
		.withPropertyValues(CLUSTER);

	@Test
	void requestsAreUnitsOfWorkInServletApplicationsOnly() {
		this.web.run((context) -> assertThat(context).hasSingleBean(ConsistencyTokenFilter.class));
		this.web.withClassLoader(new FilteredClassLoader(Filter.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ConsistencyTokens.class)
				.doesNotHaveBean("rdsConsistencyTokenFilter"));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ConsistencyTokenFilter.class));
	}

	@Test
	void filterAndTokensOfTheUserWin() {
		ConsistencyTokens tokens = ConsistencyTokens.builder("own").build();
		ConsistencyTokenFilter filter = ConsistencyTokenFilter
			.withoutTokens(new RememberedWrites(0, Duration.ofHours(1)));
		this.web.withBean(ConsistencyTokens.class, () -> tokens)
			.withBean(ConsistencyTokenFilter.class, () -> filter)
			.run((context) -> {
				assertThat(context.getBean(ConsistencyTokens.class)).isSameAs(tokens);
				assertThat(context.getBean(ConsistencyTokenFilter.class)).isSameAs(filter);
			});
	}

	@Test
	void impossibleRoutingIsRefusedWithEveryProblem() {
		assertThat(StartupProblems.of(this.runner.withPropertyValues("rds.routing.consistency=bounded",
				"rds.routing.token.key=short", "rds.routing.token.lifetime=0s", "rds.routing.unknown-lag-delay=-1s",
				"rds.routing.maximum-fallbacks=-1", "rds.failover.timeout=-2s")))
			.contains("rds.routing.max-lag: The consistency of reads is 'bounded'", "The key has 5 bytes",
					"rds.routing.token.lifetime = '0ms'", "rds.routing.unknown-lag-delay = '-1000ms'",
					"rds.routing.maximum-fallbacks = '-1'", "rds.failover.timeout = '-2000ms'")
			.doesNotContain("short");
		assertThat(StartupProblems.of(this.runner.withPropertyValues("rds.routing.max-lag=0s")))
			.contains("rds.routing.max-lag = '0ms'");
	}

	@Test
	void infrastructureThatIsNotThereIsRefused() {
		assertThat(StartupProblems
			.of(this.runner.withPropertyValues("rds.routing.infrastructure=com.example.Outbox,com.example-outbox")))
			.contains("rds.routing.infrastructure = 'com.example.Outbox': There is no such type on the class path",
					"rds.routing.infrastructure = 'com.example-outbox': It is no name of a type or a package");
		this.runner.withPropertyValues("rds.routing.infrastructure=com.example.outbox,java.sql.Driver")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void annotationDecidesWhereTransactionsRead() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start()) {
			List<RoutingReason> reasons = new CopyOnWriteArrayList<>();
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
						JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
						TransactionAutoConfiguration.class))
				.withBean(AnnotatedService.class)
				.withBean(RoutingListener.class, () -> (decision) -> reasons.add(decision.reason()))
				.withPropertyValues("rds.writer=" + address(cluster.writer()),
						"rds.readers=" + address(cluster.readers().get(0)), "rds.database=" + cluster.database(),
						"rds.credentials.username=" + cluster.username(),
						"rds.credentials.password=" + cluster.password())
				.run((context) -> {
					AnnotatedService service = context.getBean(AnnotatedService.class);
					service.read();
					service.readFromWriter();
				});
			assertThat(reasons).containsExactly(RoutingReason.READ, RoutingReason.READ_FROM_WRITER);
		}
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	@Transactional(readOnly = true)
	static class AnnotatedService {

		private final JdbcTemplate jdbc;

		AnnotatedService(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@ReadConsistency(ConsistencyLevel.EVENTUAL)
		public void read() {
			this.jdbc.execute("SELECT 1");
		}

		@ReadConsistency(ConsistencyLevel.WRITER)
		public void readFromWriter() {
			this.jdbc.execute("SELECT 1");
		}

	}

}
