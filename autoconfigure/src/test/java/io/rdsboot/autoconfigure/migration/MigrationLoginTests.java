package io.rdsboot.autoconfigure.migration;

import java.net.InetAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupFailures;
import io.rdsboot.autoconfigure.StartupProblems;
import io.rdsboot.autoconfigure.aws.AwsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.local.LocalAwsConnectionDetailsFactory;
import io.rdsboot.autoconfigure.local.LocalRdsConnectionDetailsFactory;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.login.RecordingServer;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.test.gateway.CertificateAuthority;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the logins of Flyway and Liquibase where they are not the application's.
 */
@LocalRds(readers = 0)
class MigrationLoginTests {

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private static final String FLYWAY = "spring.flyway.locations=classpath:migration/flyway";

	private static final String LIQUIBASE = "spring.liquibase.change-log=classpath:migration/liquibase/changelog.sql";

	/**
	 * Has a schema of its name, which is then the first on its search path.
	 */
	private final String owner = "migrating_" + COUNTER.incrementAndGet();

	private final LocalRdsCluster cluster;

	private final ApplicationContextRunner flyway = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
				RdsMigrationAutoConfiguration.class, FlywayAutoConfiguration.class))
		.withPropertyValues(FLYWAY);

	private final ApplicationContextRunner liquibase = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
				RdsMigrationAutoConfiguration.class, FlywayAutoConfiguration.class, LiquibaseAutoConfiguration.class))
		.withPropertyValues(LIQUIBASE);

	MigrationLoginTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void createOwner() throws SQLException {
		createOwner(this.cluster);
	}

	@Test
	void flywayLogsInAsItsUserWithoutUrl() {
		at(this.cluster, this.flyway).withPropertyValues(user("flyway")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(migratedBy(this.cluster)).isEqualTo(this.owner);
		});
	}

	@Test
	void liquibaseLogsInAsItsUserWithoutUrlBesideAnIdleFlyway() throws SQLException {
		execute(this.cluster, "CREATE TABLE IF NOT EXISTS public.of_others (id integer)");
		at(this.cluster, this.liquibase).withPropertyValues(user("liquibase")).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(Flyway.class);
			assertThat(migratedBy(this.cluster)).isEqualTo(this.owner);
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForList(
					"SELECT tablename FROM pg_tables WHERE tablename = 'flyway_schema_history' AND schemaname = 'public'"))
				.isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "flyway", "liquibase" })
	void toolsNeedNotBeOnTheClassPath(String packageOfOther) {
		ApplicationContextRunner runner = packageOfOther.equals("flyway") ? this.liquibase : this.flyway;
		String user = packageOfOther.equals("flyway") ? "liquibase" : "flyway";
		at(this.cluster, runner).withPropertyValues(user(user))
			.withClassLoader(new FilteredClassLoader(packageOfOther.equals("flyway") ? "org.flywaydb" : "liquibase"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(migratedBy(this.cluster)).isEqualTo(this.owner);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "flyway", "liquibase" })
	void passwordIsNotSentToAStranger(String tool) throws Exception {
		String host = InetAddress.getLocalHost().getHostName();
		CertificateAuthority unknown = new CertificateAuthority("Unknown authority", Instant.now());
		try (RecordingServer stranger = RecordingServer.at(host, unknown.issue(List.of(host)))) {
			FailureAnalysis analysis = StartupFailures
				.analysis(at(this.cluster, runner(tool)).withPropertyValues(user(tool))
					.withPropertyValues(
							"spring.%s.url=jdbc:postgresql://%s:%d/app".formatted(tool, host, stranger.port())));
			assertThat(stranger.received()).contains("SSLRequest").doesNotContain("startup");
			assertThat(analysis.getDescription()).contains("Unknown authority").contains("which is not trusted");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "flyway", "liquibase" })
	void wrongPasswordNamesTheToolsOwnProperties(String tool) {
		FailureAnalysis analysis = StartupFailures.analysis(at(this.cluster, runner(tool))
			.withPropertyValues("spring." + tool + ".user=" + this.owner, "spring." + tool + ".password=wrong"));
		assertThat(analysis.getDescription()).contains("cannot connect to database 'app' on the writer")
			.endsWith("The server does not accept the password of user '" + this.owner + "'.");
		assertThat(analysis.getAction())
			.isEqualTo("Correct spring." + tool + ".user and spring." + tool + ".password.");
	}

	@Test
	void userWithoutPasswordIsRefusedByName() {
		assertThat(StartupProblems
			.of(at(this.cluster, this.flyway).withPropertyValues("spring.flyway.user=" + this.owner)))
			.isEqualTo("spring.flyway.password: It is needed for spring.flyway.user = '" + this.owner
					+ "', as rds.credentials.type is not 'iam'. Set spring.flyway.password, or in place of the user the "
					+ "secret that holds the login: rds.credentials.secrets-manager.migration-secret-id.\n");
	}

	@Test
	void urlThatHoldsCredentialsIsRefusedWithoutShowingThem() {
		assertThat(StartupProblems.of(at(this.cluster, this.flyway)
			.withPropertyValues("spring.flyway.url=jdbc:postgresql://localhost/app?user=owner&password=hunter2")))
			.contains("spring.flyway.user and spring.flyway.password")
			.doesNotContain("hunter2");
	}

	@Test
	void urlWithoutUserLogsInAsTheApplication() {
		LocalRdsInstance writer = this.cluster.writer();
		at(this.cluster, this.flyway)
			.withPropertyValues("spring.flyway.default-schema=" + this.owner + "_app",
					"spring.flyway.url=jdbc:postgresql://127.0.0.1:%d/app?currentSchema=%s_app".formatted(writer.port(),
							this.owner))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(migratedBy(this.cluster, this.owner + "_app")).isEqualTo(this.cluster.username());
			});
	}

	@Test
	void dataSourceOfTheApplicationsOwnGoesFirst() {
		at(this.cluster, this.flyway).withUserConfiguration(OwnDataSource.class)
			.withBean("url", String.class, () -> url(this.cluster.writer()))
			.withBean("owner", String.class, () -> this.owner)
			.withPropertyValues("spring.flyway.user=nobody", "spring.flyway.password=nothing")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(migratedBy(this.cluster)).isEqualTo(this.owner);
			});
	}

	@Test
	void serversThatAreStartedHereKnowTheLoginOfTheApplicationAlone() {
		this.flyway
			.withBean(RdsConnectionDetails.class,
					() -> new LocalRdsConnectionDetailsFactory().getConnectionDetails(this.cluster))
			.withPropertyValues("spring.flyway.user=of_production", "spring.flyway.password=of_production",
					"spring.flyway.default-schema=" + this.owner + "_test",
					"rds.pool.data-source-properties.currentSchema=" + this.owner + "_test")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void migrationFollowsTheWriterThroughAFailover() throws SQLException {
		try (LocalRdsCluster own = LocalRdsCluster.builder().readers(1).start()) {
			createOwner(own);
			own.awaitReplication();
			LocalRdsInstance reader = own.readers().get(0);
			at(own, this.flyway)
				.withPropertyValues("rds.readers[0].address=%s:%d".formatted(reader.host(), reader.port()),
						"rds.failover.timeout=120s")
				.withPropertyValues(user("flyway"))
				.withUserConfiguration(MigrationDuringFailover.class)
				.withBean(LocalRdsCluster.class, () -> own, (definition) -> definition.setDestroyMethodName(""))
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(own.writer()).isEqualTo(reader);
					assertThat(migratedBy(own)).isEqualTo(this.owner);
				});
		}
	}

	@Test
	void userWithoutPasswordLogsInByTokenWhereTheApplicationDoes() throws SQLException {
		try (LocalRdsCluster own = LocalRdsCluster.builder().iam().readers(0).start()) {
			createOwner(own);
			execute(own, "GRANT rds_iam TO " + this.owner);
			connected(own).withPropertyValues("rds.credentials.type=iam", "spring.flyway.user=" + this.owner)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(migratedBy(own)).isEqualTo(this.owner);
				});
		}
	}

	@Test
	void secretOfMigrationsStandsBesideAPassword() throws SQLException {
		try (LocalRdsCluster own = LocalRdsCluster.builder().secretsManager().readers(0).start()) {
			createOwner(own);
			execute(own, "CREATE SCHEMA " + own.username() + " AUTHORIZATION " + own.username());
			connected(own)
				.withPropertyValues("rds.credentials.username=" + this.owner, "rds.credentials.password=owns",
						"rds.credentials.secrets-manager.migration-secret-id=" + own.secret().id())
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(migratedBy(own, own.username())).isEqualTo(own.username());
				});
		}
	}

	private ApplicationContextRunner runner(String tool) {
		return tool.equals("flyway") ? this.flyway : this.liquibase;
	}

	private String[] user(String tool) {
		return new String[] { "spring." + tool + ".user=" + this.owner, "spring." + tool + ".password=owns" };
	}

	private static ApplicationContextRunner at(LocalRdsCluster cluster, ApplicationContextRunner runner) {
		LocalRdsInstance writer = cluster.writer();
		return runner.withPropertyValues("rds.writer=%s:%d".formatted(writer.host(), writer.port()), "rds.database=app",
				"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password());
	}

	/**
	 * Flyway at the cluster's TLS address, with its AWS endpoint.
	 */
	private ApplicationContextRunner connected(LocalRdsCluster own) {
		LocalRdsAddress writer = own.writerAddress();
		return this.flyway
			.withBean(AwsConnectionDetails.class,
					() -> Objects.requireNonNull(new LocalAwsConnectionDetailsFactory().getConnectionDetails(own)))
			.withPropertyValues("rds.writer=" + writer.host() + ":" + writer.port(), "rds.database=" + own.database(),
					"rds.credentials.username=" + own.username(), "rds.tls.mode=require");
	}

	private void createOwner(LocalRdsCluster target) throws SQLException {
		execute(target,
				"CREATE ROLE %1$s LOGIN PASSWORD 'owns'; CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(this.owner));
	}

	private static void execute(LocalRdsCluster target, String statements) throws SQLException {
		try (Connection connection = target.adminConnection(target.writer())) {
			new JdbcTemplate(new SingleConnectionDataSource(connection, true)).execute(statements);
		}
	}

	private String migratedBy(LocalRdsCluster target) throws SQLException {
		return migratedBy(target, this.owner);
	}

	private static String migratedBy(LocalRdsCluster target, String schema) throws SQLException {
		try (Connection connection = target.adminConnection(target.writer())) {
			return String.valueOf(new JdbcTemplate(new SingleConnectionDataSource(connection, true))
				.queryForObject("SELECT by_role FROM " + schema + ".migrated", String.class));
		}
	}

	private static String url(LocalRdsInstance instance) {
		return "jdbc:postgresql://%s:%d/app".formatted(instance.host(), instance.port());
	}

	/**
	 * Migrates while there is no writer, and another one is being promoted.
	 */
	@Configuration(proxyBeanMethods = false)
	static class MigrationDuringFailover {

		@Bean
		FlywayMigrationStrategy migrationDuringFailover(LocalRdsCluster cluster, TopologyProvider topology) {
			return (flyway) -> {
				cluster.crash(cluster.writer());
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.until(() -> topology.topology().writer().filter(InstanceState::reachable).isEmpty());
				CompletableFuture<LocalRdsInstance> promoted = CompletableFuture.supplyAsync(cluster::promote);
				flyway.migrate();
				promoted.join();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean(defaultCandidate = false)
		@FlywayDataSource
		DataSource ownerDataSource(String url, String owner) {
			return new DriverManagerDataSource(url, owner, "owns");
		}

	}

}
