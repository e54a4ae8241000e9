package io.rdsboot.autoconfigure;

import java.time.Duration;

import javax.sql.DataSource;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.persistence.EntityManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the transaction managers that an application may have beside the cluster's.
 */
@LocalRds(readers = 1)
@ExtendWith(OutputCaptureExtension.class)
class TransactionManagersTests {

	/**
	 * Within which a reader is found fit to be read from, on a machine that is busy.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String IN_RECOVERY = "SELECT pg_is_in_recovery()";

	private final ApplicationContextRunner runner;

	TransactionManagersTests(LocalRdsCluster cluster) {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class,
							DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
							JdbcTemplateAutoConfiguration.class, R2dbcAutoConfiguration.class,
							R2dbcTransactionManagerAutoConfiguration.class, RdsRetryAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + cluster.writer().port(),
					"rds.readers=127.0.0.1:" + cluster.readers().get(0).port(), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password(),
					"rds.routing.consistency=eventual");
	}

	@Test
	void transactionalMeansJdbcBesideR2dbc(CapturedOutput output) {
		this.runner.withBean(ConnectionFactory.class, NoConnectionFactory::new)
			.withBean(Queries.class)
			.run((context) -> {
				assertThat(context).hasSingleBean(R2dbcTransactionManager.class)
					.hasSingleBean(JdbcTransactionManager.class);
				Queries queries = context.getBean(Queries.class);
				awaitReaderOf(queries);
				assertThat(queries.writesToReader()).isFalse();
			});
		assertThat(output).containsOnlyOnce("@Transactional means transactions of JDBC. "
				+ "Those of R2DBC are @Transactional(\"connectionFactoryTransactionManager\")");
	}

	@Test
	void transactionalMeansJpaBesideR2dbc() {
		this.runner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withBean(ConnectionFactory.class, NoConnectionFactory::new)
			.withBean(Queries.class)
			.run((context) -> {
				assertThat(context).hasSingleBean(R2dbcTransactionManager.class)
					.hasSingleBean(JpaTransactionManager.class);
				awaitReaderOf(context.getBean(Queries.class));
			});
	}

	@Test
	void reactiveTransactionManagerOfTheApplicationIsLeftAlone(CapturedOutput output) {
		this.runner.withUserConfiguration(PrimaryR2dbc.class)
			.run((context) -> assertThat(
					context.getBeanFactory().getBeanDefinition("connectionFactoryTransactionManager").isFallback())
				.isFalse());
		assertThat(output).doesNotContain("@Transactional means");
	}

	@Test
	void nothingIsSaidWithoutR2dbc(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("@Transactional means");
	}

	@Test
	void retryIsOnTheManagerOfTheClusterBesideOneOfAnotherDatabase() {
		this.runner.withUserConfiguration(Managers.class, Reports.class)
			.run((context) -> awaitReaderOf(context.getBean(RdsRetry.class), context.getBean(JdbcTemplate.class)));
	}

	@Test
	void retryIsOnTheJpaManagerOfTheClusterBesideOneOfAnotherDatabase() {
		this.runner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withUserConfiguration(JpaManager.class, Reports.class)
			.run((context) -> awaitReaderOf(context.getBean(RdsRetry.class), context.getBean(JdbcTemplate.class)));
	}

	@Test
	void transactionalAndRetryMeanTheClusterBesideAManagerThatIsNoDefaultCandidate() {
		this.runner.withUserConfiguration(Beside.class).withBean(Queries.class).run((context) -> {
			assertThat(context.getBeansOfType(PlatformTransactionManager.class)).hasSize(2);
			awaitReaderOf(context.getBean(Queries.class));
			awaitReaderOf(context.getBean(RdsRetry.class), context.getBean(JdbcTemplate.class));
		});
	}

	@Test
	void retryIsOnThePrimaryManagerOfTheCluster() {
		this.runner.withUserConfiguration(Managers.class, PrimaryManager.class)
			.run((context) -> awaitReaderOf(context.getBean(RdsRetry.class), context.getBean(JdbcTemplate.class)));
	}

	@Test
	void twoManagersOfTheClusterStopThoseAloneWhoWantRetries() {
		ApplicationContextRunner two = this.runner.withUserConfiguration(Managers.class, SecondManager.class);
		two.run((context) -> assertThat(context).hasNotFailed());
		two.withBean(Retrying.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(NoUniqueBeanDefinitionException.class)
				.hasMessageContainingAll("PlatformTransactionManager", "ofCluster", "ofClusterToo"));
	}

	private static void awaitReaderOf(Queries queries) {
		Awaitility.await().atMost(LIMIT).until(queries::readsFromReader);
	}

	private static void awaitReaderOf(RdsRetry retry, JdbcTemplate jdbc) {
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> retry.executeReadOnly((status) -> jdbc.queryForObject(IN_RECOVERY, Boolean.class)));
	}

	static class Queries {

		private final JdbcTemplate jdbc;

		Queries(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional(readOnly = true)
		boolean readsFromReader() {
			return Boolean.TRUE.equals(this.jdbc.queryForObject(IN_RECOVERY, Boolean.class));
		}

		@Transactional
		boolean writesToReader() {
			return Boolean.TRUE.equals(this.jdbc.queryForObject(IN_RECOVERY, Boolean.class));
		}

	}

	record Retrying(RdsRetry retry) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Managers {

		@Bean
		PlatformTransactionManager ofCluster(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondManager {

		@Bean
		PlatformTransactionManager ofClusterToo(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryManager {

		@Bean
		@Primary
		PlatformTransactionManager primary(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class JpaManager {

		@Bean
		PlatformTransactionManager ofCluster(EntityManagerFactory entityManagerFactory) {
			return new JpaTransactionManager(entityManagerFactory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reports {

		@Bean
		PlatformTransactionManager ofReports() {
			return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:postgresql://localhost/reports"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beside {

		@Bean(defaultCandidate = false)
		DataSource reports() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/reports");
		}

		@Bean(defaultCandidate = false)
		PlatformTransactionManager reportsTransactionManager(@Qualifier("reports") DataSource reports) {
			return new JdbcTransactionManager(reports);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryR2dbc {

		@Bean
		@Primary
		R2dbcTransactionManager connectionFactoryTransactionManager() {
			return new R2dbcTransactionManager(new NoConnectionFactory());
		}

	}

	/**
	 * Stands for a database of R2DBC's that no test connects to.
	 */
	static class NoConnectionFactory implements ConnectionFactory {

		@Override
		public Publisher<? extends Connection> create() {
			throw new IllegalStateException("No test connects");
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return () -> "none";
		}

	}

}
