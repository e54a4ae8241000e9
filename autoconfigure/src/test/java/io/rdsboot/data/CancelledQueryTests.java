package io.rdsboot.data;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.rdsboot.routing.ReadCancelledException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.Repository;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of declared queries of repositories that a replica cancels because of its replay.
 */
class CancelledQueryTests {

	private static LocalRdsCluster cluster;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(2).parameter("max_standby_streaming_delay", "0").start();
		onWriter("CREATE TABLE slow_on (port int)",
				"CREATE VIEW server AS SELECT 1 AS id, inet_server_port() AS port FROM (SELECT pg_sleep(CASE WHEN EXISTS "
						+ "(SELECT FROM slow_on WHERE port = inet_server_port()) THEN 60 ELSE 0 END)) AS slept");
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("rds.writer=" + address(cluster.writer()),
					// The first one serves as long as nothing keeps it from that.
					"rds.readers[0].address=" + address(cluster.readers().get(0)), "rds.readers[0].weight=10000",
					"rds.readers[1].address=" + address(cluster.readers().get(1)), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password(),
					"rds.topology.poll-interval=100ms", "spring.flyway.enabled=false", "spring.main.banner-mode=off")
			.run();
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	@AfterAll
	static void stop() {
		context.close();
		cluster.close();
	}

	@BeforeEach
	void clear() {
		onWriter("DELETE FROM slow_on");
		cluster.awaitReplication();
	}

	@ParameterizedTest
	@EnumSource
	void queryIsRepeatedOnAnotherReader(Declared query) {
		LocalRdsInstance reader = servingReader();
		int port = whileReading(reader, () -> query.port(context));
		assertThat(port).isIn(ports()).isNotEqualTo(reader.port());
	}

	@ParameterizedTest
	@EnumSource
	void queryWithinATransactionOfItsCallersIsLeftToHim(Declared query) {
		LocalRdsInstance reader = servingReader();
		TransactionTemplate readOnly = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		readOnly.setReadOnly(true);
		Throwable failure = whileReading(reader,
				() -> catchThrowable(() -> readOnly.execute((status) -> query.port(context))));
		assertThat(failure).isExactlyInstanceOf(ReadCancelledException.class).hasNoSuppressedExceptions();
	}

	/**
	 * A rollback detaches what the session has loaded before.
	 */
	@Test
	void queryOfAnOpenSessionIsLeftToItsCaller() {
		LocalRdsInstance reader = servingReader();
		EntityManagerFactory factory = context.getBean(EntityManagerFactory.class);
		Throwable failure = whileReading(reader, () -> {
			try (EntityManager session = factory.createEntityManager()) {
				TransactionSynchronizationManager.bindResource(factory, new EntityManagerHolder(session));
				return catchThrowable(() -> Declared.JPA_DERIVED.port(context));
			}
			finally {
				TransactionSynchronizationManager.unbindResource(factory);
			}
		});
		assertThat(failure).isExactlyInstanceOf(ReadCancelledException.class);
	}

	/**
	 * Returns the first reader, once it serves.
	 */
	private static LocalRdsInstance servingReader() {
		LocalRdsInstance first = cluster.readers().get(0);
		Awaitility.await()
			.pollInSameThread()
			.until(() -> Declared.JDBC_QUERY.port(context), (port) -> port == first.port());
		return first;
	}

	private static List<Integer> ports() {
		return cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

	/**
	 * Does work whose query is slow on a reader, and removes there what the query sees
	 * once it runs.
	 */
	private static <T> T whileReading(LocalRdsInstance reader, Supplier<T> work) {
		onWriter("INSERT INTO slow_on VALUES (" + reader.port() + ")");
		cluster.awaitReplication();
		CompletableFuture<T> result = CompletableFuture.supplyAsync(work);
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> sleeps(reader));
		removeRows();
		try {
			return result.get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean sleeps(LocalRdsInstance reader) throws SQLException {
		try (Connection admin = cluster.adminConnection(reader);
				Statement statement = admin.createStatement();
				ResultSet found = statement
					.executeQuery("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND state = 'active'")) {
			return found.next();
		}
	}

	/**
	 * Removes what the query sees. VACUUM leaves rows alone that a query of somebody else
	 * may still see, such as one of autovacuum's.
	 */
	private static void removeRows() {
		onWriter("DELETE FROM slow_on");
		JdbcTemplate writer = new JdbcTemplate(
				new DriverManagerDataSource(url(), cluster.username(), cluster.password()));
		Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
			writer.execute("VACUUM slow_on");
			return writer.queryForObject("SELECT pg_relation_size('slow_on')", Long.class) == 0;
		});
	}

	private static String url() {
		return "jdbc:postgresql://%s/%s".formatted(address(cluster.writer()), cluster.database());
	}

	private static void onWriter(String... statements) {
		try (Connection other = DriverManager.getConnection(url(), cluster.username(), cluster.password());
				Statement statement = other.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Queries that return the port of the server that answers.
	 */
	enum Declared {

		JPA_DERIVED(JpaServers.class, (servers, id) -> servers.findByIdLessThan(id).get(0).port),

		JPA_QUERY(JpaServers.class, JpaServers::query),

		JPA_NATIVE(JpaServers.class, JpaServers::nativeQuery),

		JDBC_DERIVED(JdbcServers.class, (servers, id) -> servers.findByIdLessThan(id).get(0).port()),

		JDBC_QUERY(JdbcServers.class, JdbcServers::query);

		private final BiFunction<ConfigurableApplicationContext, Integer, Integer> query;

		<T> Declared(Class<T> repository, BiFunction<T, Integer, Integer> query) {
			this.query = (context, id) -> query.apply(context.getBean(repository), id);
		}

		int port(ConfigurableApplicationContext context) {
			return this.query.apply(context, 2);
		}

	}

	interface JpaServers extends Repository<JpaServer, Integer> {

		List<JpaServer> findByIdLessThan(int id);

		@Query("select s.port from JpaServer s where s.id < :id")
		int query(int id);

		@NativeQuery("SELECT port FROM server WHERE id < :id")
		int nativeQuery(int id);

	}

	interface JdbcServers extends Repository<JdbcServer, Integer> {

		List<JdbcServer> findByIdLessThan(int id);

		@org.springframework.data.jdbc.repository.query.Query("SELECT port FROM server WHERE id < :id")
		int query(int id);

	}

	@Entity(name = "JpaServer")
	@jakarta.persistence.Table(name = "server")
	static class JpaServer {

		@jakarta.persistence.Id
		int id;

		int port;

	}

	@Table("server")
	record JdbcServer(@Id int id, int port) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableJpaRepositories(considerNestedRepositories = true,
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = JpaServers.class),
			excludeFilters = @Filter(type = FilterType.REGEX, pattern = ".*RoutingTests.*"))
	@EnableJdbcRepositories(considerNestedRepositories = true,
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = JdbcServers.class),
			excludeFilters = @Filter(type = FilterType.REGEX, pattern = ".*RoutingTests.*"))
	static class Application {

	}

}
