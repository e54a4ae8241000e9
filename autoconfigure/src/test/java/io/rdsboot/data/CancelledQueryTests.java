package io.rdsboot.data;

import java.util.List;
import java.util.function.BiFunction;

import io.rdsboot.routing.RecoveryConflict;
import io.rdsboot.routing.failure.ReadCancelledException;
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

	private static RecoveryConflict conflict;

	private static LocalRdsCluster cluster;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		conflict = RecoveryConflict.startCluster();
		cluster = conflict.cluster();
		conflict.writer()
			.execute("CREATE VIEW server AS SELECT 1 AS id, port FROM (%s) AS asked".formatted(RecoveryConflict.QUERY));
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
		conflict.clear();
	}

	@ParameterizedTest
	@EnumSource
	void queryIsRepeatedOnAnotherReader(Declared query) {
		LocalRdsInstance reader = servingReader();
		int port = conflict.whileReading(reader, () -> query.port(context));
		assertThat(port).isIn(ports()).isNotEqualTo(reader.port());
	}

	@ParameterizedTest
	@EnumSource
	void queryWithinATransactionOfItsCallersIsLeftToHim(Declared query) {
		LocalRdsInstance reader = servingReader();
		TransactionTemplate readOnly = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		readOnly.setReadOnly(true);
		Throwable failure = conflict.whileReading(reader,
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
		Throwable failure = conflict.whileReading(reader, () -> {
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
