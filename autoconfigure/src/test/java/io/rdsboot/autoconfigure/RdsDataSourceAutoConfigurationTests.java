package io.rdsboot.autoconfigure;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.management.ObjectName;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.local.LocalRdsConnectionDetailsFactory;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsDataSourceAutoConfiguration} against a writer with two readers.
 */
@LocalRds(readers = 2)
class RdsDataSourceAutoConfigurationTests {

	private final LocalRdsCluster cluster;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
				DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				TransactionAutoConfiguration.class, JdbcTemplateAutoConfiguration.class));

	RdsDataSourceAutoConfigurationTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void dataSourceRoutesByTransaction() {
		configured().run((context) -> {
			assertThat(context).hasSingleBean(DataSource.class).hasBean("dataSource");
			assertThat(context.getBean(DataSource.class)).isInstanceOf(ReadWriteRoutingDataSource.class);
			assertThat(port(context, false)).isEqualTo(this.cluster.writer().port());
			assertThat(List.of(port(context, true), port(context, true))).containsExactlyInAnyOrderElementsOf(
					this.cluster.readers().stream().map(LocalRdsInstance::port).toList());
		});
	}

	@Test
	void dataSourceShowsBootsToolsItsPools() {
		configured().run((context) -> {
			DataSource dataSource = context.getBean(DataSource.class);
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			assertThat(pool).isNotNull();
			assertThat(pool.getPoolName()).endsWith(":" + this.cluster.writer().port());
			DataSourcePoolMetadata metadata = new CompositeDataSourcePoolMetadataProvider(
					context.getBeanProvider(DataSourcePoolMetadataProvider.class).orderedStream().toList())
				.getDataSourcePoolMetadata(dataSource);
			assertThat(metadata).isNotNull();
			assertThat(metadata.getMax()).isEqualTo(3 * pool.getMaximumPoolSize());
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("SELECT 1");
				assertThat(metadata.getActive()).isOne();
			}
			assertThat(metadata.getActive()).isZero();
		});
	}

	@Test
	void dataSourceCanBeProxiedByASubclass() {
		configured()
			.withBean("creator", DefaultAdvisorAutoProxyCreator.class,
					RdsDataSourceAutoConfigurationTests::proxyCreator)
			.withBean("advisor", DefaultPointcutAdvisor.class,
					() -> new DefaultPointcutAdvisor(new DataSourcePointcut(),
							(MethodInterceptor) MethodInvocation::proceed))
			.run((context) -> {
				assertThat(AopUtils.isCglibProxy(context.getBean(DataSource.class))).isTrue();
				assertThat(port(context, false)).isEqualTo(this.cluster.writer().port());
				assertThat(port(context, true)).isNotEqualTo(this.cluster.writer().port());
			});
	}

	private static DefaultAdvisorAutoProxyCreator proxyCreator() {
		DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
		creator.setProxyTargetClass(true);
		return creator;
	}

	private static final class DataSourcePointcut extends StaticMethodMatcherPointcut {

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return DataSource.class.isAssignableFrom(targetClass);
		}

	}

	@Test
	void autoCommitIsThatOfThePools() {
		configured("rds.pool.auto-commit=false").run((context) -> {
			try (Connection connection = context.getBean(DataSource.class).getConnection()) {
				assertThat(connection.getAutoCommit()).isFalse();
			}
			assertThat(port(context, true)).isNotEqualTo(this.cluster.writer().port());
		});
	}

	@Test
	void autoCommitThatDiffersByRoleIsRefused() {
		configured("rds.pool.reader.auto-commit=false").run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("rds.pool.reader.auto-commit"));
	}

	@Test
	void dataSourceWhenNothingIsConfiguredIsBootsOwn() {
		this.runner.withPropertyValues("spring.datasource.url=" + this.cluster.writer().jdbcUrl())
			.run((context) -> assertThat(context).hasSingleBean(HikariDataSource.class)
				.doesNotHaveBean(ReadWriteRoutingDataSource.class)
				.doesNotHaveBean(TopologyProvider.class));
	}

	@Test
	void dataSourceWhenOnlyVectorTablesAreConfiguredIsBootsOwn() {
		this.runner
			.withPropertyValues("spring.datasource.url=" + this.cluster.writer().jdbcUrl(),
					"rds.vector.repositories.documents.dimensions=3")
			.run((context) -> assertThat(context).hasSingleBean(HikariDataSource.class)
				.doesNotHaveBean(ReadWriteRoutingDataSource.class));
	}

	@Test
	void dataSourceOfTheUserWins() {
		try (HikariDataSource own = new HikariDataSource(hikari())) {
			configured().withBean("own", DataSource.class, () -> own)
				.run((context) -> assertThat(context.getBean(DataSource.class)).isSameAs(own));
		}
	}

	@Test
	void dataSourceWithoutDriverOrPoolIsAbsent() {
		for (Class<?> missing : List.of(Driver.class, HikariDataSource.class)) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
				.withPropertyValues("rds.writer=w", "rds.database=app")
				.withClassLoader(new FilteredClassLoader(missing))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("dataSource"));
		}
	}

	@Test
	void rdsConnectionDetailsOverrideTheAddresses() {
		configured("rds.writer=unknown.invalid", "rds.readers=")
			.withBean(RdsConnectionDetails.class,
					() -> new LocalRdsConnectionDetailsFactory().getConnectionDetails(this.cluster))
			.run((context) -> {
				assertThat(port(context, false)).isEqualTo(this.cluster.writer().port());
				assertThat(context.getBean(TopologyProvider.class).topology().readers()).hasSize(2);
			});
	}

	@Test
	void jdbcConnectionDetailsAloneAreTheWriter() {
		this.runner.withBean(JdbcConnectionDetails.class, () -> new Details(this.cluster)).run((context) -> {
			assertThat(context.getBean(DataSource.class)).isInstanceOf(ReadWriteRoutingDataSource.class);
			assertThat(port(context, true)).isEqualTo(this.cluster.writer().port());
			assertThat(context.getBean(TopologyProvider.class).topology().readers()).isEmpty();
		});
	}

	@Test
	void poolSettingsApplyByRoleAndCustomizersOfTheUserWin() {
		// The pools are made on threads of their own.
		List<String> seen = new CopyOnWriteArrayList<>();
		HikariPoolCustomizer last = (config, instance, role) -> {
			seen.add(role + " " + config.getMaximumPoolSize() + " " + config.getConnectionTimeout() + " "
					+ config.getDataSourceProperties().getProperty("socketTimeout"));
			config.setMaximumPoolSize(1);
		};
		configured("rds.pool.maximum-pool-size=3", "rds.pool.reader.maximum-pool-size=5",
				"rds.pool.data-source-properties.socketTimeout=7",
				"rds.pool.writer.data-source-properties.socketTimeout=9")
			.withBean(HikariPoolCustomizer.class, () -> last)
			.run((context) -> {
				assertThat(port(context, false)).isEqualTo(this.cluster.writer().port());
				assertThat(seen).filteredOn((each) -> !each.startsWith("UNKNOWN"))
					.containsExactlyInAnyOrder("WRITER 3 5000 9", "READER 5 2000 7", "READER 5 2000 7");
				assertThat(seen).filteredOn((each) -> each.startsWith("UNKNOWN"))
					.as("for the monitor")
					.isNotEmpty()
					.containsOnly("UNKNOWN 3 5000 7");
				assertThat(query(context,
						"SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'PostgreSQL%'"))
					.isPositive();
			});
	}

	@Test
	void poolsAreFilledWhenTheContextIsRefreshed() {
		configured("rds.pool.maximum-pool-size=3", "rds.pool.minimum-idle=3").withBean(LateStart.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Awaitility.await()
					.atMost(Duration.ofSeconds(8))
					.until(() -> context.getBean(InstancePools.class)
						.all()
						.stream()
						.allMatch((pool) -> pool.totalConnections() == 3));
			});
	}

	@Test
	void poolsAreMBeansWhenConfigured() {
		configured("rds.pool.register-mbeans=true").run((context) -> {
			assertThat(port(context, false)).isEqualTo(this.cluster.writer().port());
			assertThat(ManagementFactory.getPlatformMBeanServer()
				.queryNames(new ObjectName("com.zaxxer.hikari:type=Pool (127.0.0.1_*)"), null)).hasSize(3);
		});
	}

	@Test
	void urlParametersReachTheDriver() {
		configured("rds.writer=" + this.cluster.writer().jdbcUrl() + "?ApplicationName=by-url")
			.run((context) -> assertThat(
					query(context, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'by-url'"))
				.isPositive());
	}

	@Test
	void credentialsProviderOfTheUserWins() {
		DatabaseCredentials credentials = new DatabaseCredentials(this.cluster.username(), this.cluster.password());
		this.runner
			.withPropertyValues("rds.writer=" + address(this.cluster.writer()),
					"rds.database=" + this.cluster.database())
			.withBean(DatabaseCredentialsProvider.class, () -> (address) -> credentials)
			.run((context) -> assertThat(port(context, false)).isEqualTo(this.cluster.writer().port()));
	}

	@Test
	void topologyProviderOfTheUserWins() {
		LocalRdsInstance writer = this.cluster.writer();
		StaticTopologyProvider own = new StaticTopologyProvider(
				DatabaseInstance.at(new InstanceAddress(writer.host(), writer.port())), List.of());
		configured().withBean(TopologyProvider.class, () -> own).run((context) -> {
			assertThat(context.getBean(TopologyProvider.class)).isSameAs(own);
			assertThat(port(context, true)).isEqualTo(writer.port());
		});
	}

	@Test
	void readersAreChosenAsConfigured() {
		configured("rds.routing.reader-selection=least-busy").run((context) -> assertThat(port(context, true))
			.isIn(this.cluster.readers().stream().map(LocalRdsInstance::port).toList()));
		this.runner
			.withPropertyValues("rds.writer=" + this.cluster.writer().jdbcUrl(),
					"rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password(),
					"rds.readers[0].address=" + address(this.cluster.readers().get(0)), "rds.readers[0].weight=3",
					"rds.readers[1]=" + address(this.cluster.readers().get(1)))
			.run((context) -> assertThat(context.getBean(TopologyProvider.class)
				.topology()
				.readers()
				.stream()
				.map((state) -> state.instance().weight())).containsExactly(3, 1));
	}

	@Test
	void decisionsReachListeners() {
		List<RoutingReason> reasons = new ArrayList<>();
		configured().withBean(RoutingListener.class, () -> (decision) -> reasons.add(decision.reason()))
			.run((context) -> {
				port(context, true);
				assertThat(reasons).containsExactly(RoutingReason.READ);
			});
	}

	@Test
	void startWithoutServerWhenFailFastIsOff() {
		configured("rds.writer=127.0.0.1:1", "rds.readers=", "rds.pool.fail-fast=false",
				"rds.pool.writer.connection-timeout=250ms")
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(TopologyProvider.class)
				.extracting((provider) -> provider.topology().writer().orElseThrow().role())
				.isEqualTo(InstanceRole.WRITER));
	}

	private ApplicationContextRunner configured(String... overrides) {
		return this.runner.withPropertyValues("rds.writer=" + address(this.cluster.writer()),
				"rds.readers=" + String.join(",",
						this.cluster.readers().stream().map(RdsDataSourceAutoConfigurationTests::address).toList()),
				"rds.database=" + this.cluster.database(), "rds.credentials.username=" + this.cluster.username(),
				"rds.credentials.password=" + this.cluster.password())
			.withPropertyValues(overrides);
	}

	private HikariConfig hikari() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.cluster.writer().jdbcUrl());
		config.setUsername(this.cluster.username());
		config.setPassword(this.cluster.password());
		return config;
	}

	private static int port(AssertableApplicationContext context, boolean readOnly) {
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		transaction.setReadOnly(readOnly);
		Integer port = Reads
			.inUnitOfWork(() -> transaction.execute((status) -> query(context, "SELECT inet_server_port()")));
		return (port != null) ? port : -1;
	}

	private static Integer query(AssertableApplicationContext context, String sql) {
		return context.getBean(JdbcTemplate.class).queryForObject(sql, Integer.class);
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	/**
	 * Something that takes its time at the start, and sees pools that are not filled.
	 */
	private record LateStart(InstancePools pools, DataSource dataSource) implements SmartInitializingSingleton {

		@Override
		public void afterSingletonsInstantiated() {
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> this.pools.all().stream().allMatch((pool) -> pool.totalConnections() == 0));
		}

	}

	private record Details(LocalRdsCluster cluster) implements JdbcConnectionDetails {

		@Override
		public String getUsername() {
			return this.cluster.username();
		}

		@Override
		public String getPassword() {
			return this.cluster.password();
		}

		@Override
		public String getJdbcUrl() {
			return this.cluster.writer().jdbcUrl();
		}

	}

}
