package io.rdsboot.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.test.LocalRdsAlias;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of services that reach their servers by aliases, which lead elsewhere later than
 * the roles move, or without a connection being lost.
 */
class MovedAliasTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static LocalRdsCluster cluster;

	private static LocalRdsCluster green;

	private LocalRdsAlias writer;

	private LocalRdsAlias reader;

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(2).start();
		green = LocalRdsCluster.builder().readers(1).start();
		for (LocalRdsCluster each : new LocalRdsCluster[] { cluster, green }) {
			execute(each, each.writer(), "ALTER ROLE app PASSWORD '%s'".formatted(cluster.password()), "SET ROLE app",
					"CREATE TABLE written (id int)");
			each.awaitReplication();
		}
	}

	@AfterAll
	static void stop() {
		cluster.close();
		green.close();
	}

	@BeforeEach
	void open() {
		this.writer = LocalRdsAlias.of(cluster.writer());
		this.reader = LocalRdsAlias.of(cluster.readers().get(0));
	}

	@AfterEach
	void close() {
		this.writer.close();
		this.reader.close();
	}

	@Test
	void writesAreBackOnceTheAliasLeadsToTheNewWriter() {
		run(this.writer, null, (service) -> {
			service.write(1);
			cluster.failover();
			service.awaitRole(this.writer, InstanceRole.READER);
			this.writer.pointTo(cluster.writer());
			long start = System.nanoTime();
			service.write(2);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		});
	}

	@Test
	void writeWaitsWhileTheAliasOfTheWriterLeadsToAStandby() {
		run(this.writer, null, (service) -> {
			service.write(1);
			this.writer.pointTo(cluster.readers().get(0));
			service.renewConnections();
			CompletableFuture<Void> write = CompletableFuture.runAsync(() -> service.write(2));
			Awaitility.await().atMost(LIMIT).until(() -> service.roleOf(this.writer) != InstanceRole.WRITER);
			assertThat(write).isNotDone();
			this.writer.pointTo(cluster.writer());
			assertThat(write).succeedsWithin(Duration.ofSeconds(10));
			assertThat(service.sees(2)).isTrue();
		});
	}

	@Test
	void readAfterWriteWaitsWhileTheAliasOfTheWriterLeadsToAStandby() {
		LocalRdsInstance standby = cluster.readers().get(0);
		cluster.pauseReplay(standby);
		try {
			run(this.writer, null, (service) -> {
				service.write(300);
				this.writer.pointTo(standby);
				service.renewConnections();
				CompletableFuture<Void> moveBack = CompletableFuture.runAsync(
						() -> this.writer.pointTo(cluster.writer()),
						CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
				assertThat(service.sees(300)).isTrue();
				moveBack.join();
			});
		}
		finally {
			cluster.resumeReplay(standby);
		}
	}

	@Test
	void readsFollowTheWriterToAnotherCluster() {
		run(this.writer, this.reader, (service) -> {
			service.write(1);
			service.awaitReadOn(cluster.readers().get(0));
			this.writer.pointTo(green.writer());
			endSessions(cluster, cluster.writer());
			service.awaitWriteOn(green.writer());
			for (int id = 100; id < 120; id++) {
				service.write(id);
				assertThat(service.sees(id)).isTrue();
			}
			assertThat(service.readPort()).isEqualTo(green.writer().port());
			this.reader.pointTo(green.readers().get(0));
			service.awaitReadOn(green.readers().get(0));
			for (int id = 200; id < 220; id++) {
				service.write(id);
				assertThat(service.sees(id)).isTrue();
			}
		});
	}

	private void run(LocalRdsAlias writerAlias, LocalRdsAlias readerAlias, Consumer<Service> scenario) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					TransactionManagerCustomizationAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + address(writerAlias), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password(),
					"rds.pool.maximum-pool-size=4")
			.withPropertyValues(
					(readerAlias != null) ? "rds.readers=" + address(readerAlias) : "spring.main.banner-mode=off")
			.run((context) -> scenario.accept(new Service(context)));
	}

	private static String address(LocalRdsAlias alias) {
		return alias.host() + ":" + alias.port();
	}

	/**
	 * Ends the sessions of the application's pools, and none of the monitor's.
	 */
	private static void endSessions(LocalRdsCluster of, LocalRdsInstance instance) {
		execute(of, instance, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
				+ " AND application_name NOT LIKE '%rds-topology-monitor'");
	}

	private static void execute(LocalRdsCluster of, LocalRdsInstance instance, String... statements) {
		try (Connection connection = of.adminConnection(instance); Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record Service(JdbcTemplate jdbc, TransactionTemplate reading, TopologyMonitor monitor,
			HikariPoolMXBean writerPool) {

		Service(ApplicationContext context) {
			this(context.getBean(JdbcTemplate.class),
					new TransactionTemplate(context.getBean(PlatformTransactionManager.class)),
					context.getBean(TopologyMonitor.class), writerPool(context.getBean(DataSource.class)));
			this.reading.setReadOnly(true);
		}

		private static HikariPoolMXBean writerPool(DataSource dataSource) {
			try {
				return dataSource.unwrap(HikariDataSource.class).getHikariPoolMXBean();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		/**
		 * Has the next borrower's connection opened anew.
		 */
		void renewConnections() {
			this.writerPool.softEvictConnections();
		}

		void write(int id) {
			this.jdbc.update("INSERT INTO written VALUES (?)", id);
		}

		boolean sees(int id) {
			return Boolean.TRUE.equals(this.reading.execute((status) -> this.jdbc
				.queryForObject("SELECT EXISTS (SELECT FROM written WHERE id = ?)", Boolean.class, id)));
		}

		int readPort() {
			return this.reading
				.execute((status) -> this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class));
		}

		int writePort() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

		void awaitReadOn(LocalRdsInstance instance) {
			Awaitility.await("reads on " + instance).atMost(LIMIT).until(() -> readPort() == instance.port());
		}

		void awaitWriteOn(LocalRdsInstance instance) {
			Awaitility.await("writes on " + instance)
				.atMost(LIMIT)
				.ignoreExceptions()
				.until(() -> writePort() == instance.port());
		}

		InstanceRole roleOf(LocalRdsAlias alias) {
			return this.monitor.topology()
				.instances()
				.stream()
				.filter((state) -> state.instance().address().port() == alias.port())
				.map(InstanceState::role)
				.findFirst()
				.orElseThrow();
		}

		void awaitRole(LocalRdsAlias alias, InstanceRole role) {
			Awaitility.await().atMost(LIMIT).until(() -> roleOf(alias) == role);
		}

	}

}
