package io.rdsboot.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.migration.RdsMigrationAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the indexes of tables that belong to another role than the application's.
 */
@LocalRds
class VectorIndexOwnerTests {

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private HikariDataSource database;

	private JdbcTemplate administrator;

	private String owner;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void createRoles(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.createWithExtension(cluster);
		this.administrator = new JdbcTemplate(this.database);
		this.owner = "owner_" + COUNTER.incrementAndGet();
		this.administrator.execute("CREATE ROLE " + this.owner + " LOGIN PASSWORD 'owns'");
		this.administrator.execute("GRANT ALL ON SCHEMA public TO " + this.owner);
		this.administrator
			.execute("ALTER DEFAULT PRIVILEGES FOR ROLE %s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %s"
				.formatted(this.owner, cluster.username()));
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					RdsMigrationAutoConfiguration.class, DataSourceAutoConfiguration.class,
					FlywayAutoConfiguration.class, RdsVectorAutoConfiguration.class))
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3");
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	@Test
	void loginOfFlywayBuildsTheIndexes(LocalRdsCluster cluster) {
		this.contextRunner.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
				"spring.datasource.username=" + cluster.username(), "spring.datasource.password=" + cluster.password(),
				"spring.flyway.user=" + this.owner, "spring.flyway.password=owns")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertIndexed(context.getBean("documents"), context.getBean(VectorIndexManager.class));
			});
	}

	@Test
	void loginOfFlywayBuildsTheIndexesBesideTheRoutingDataSource(LocalRdsCluster cluster) {
		this.contextRunner
			.withPropertyValues("rds.writer=%s:%d".formatted(cluster.writer().host(), cluster.writer().port()),
					"rds.database=" + this.administrator.queryForObject("SELECT current_database()", String.class),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password(),
					"spring.flyway.user=" + this.owner, "spring.flyway.password=owns")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertIndexed(context.getBean("documents"), context.getBean(VectorIndexManager.class));
			});
	}

	@Test
	void missingOwnershipIsSaidOnceWithTheStatementThatMendsIt(LocalRdsCluster cluster) {
		this.administrator.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector(3), content text, "
				+ "metadata jsonb NOT NULL DEFAULT '{}')");
		this.administrator.execute("ALTER TABLE documents OWNER TO " + this.owner);
		this.administrator.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO " + cluster.username());
		this.administrator.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger(VectorIndexManager.class);
		log.start();
		logger.addAppender(log);
		AtomicInteger polls = new AtomicInteger();
		HikariDataSource application = new HikariDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				polls.incrementAndGet();
				return super.getConnection();
			}

		};
		application.setJdbcUrl(this.database.getJdbcUrl());
		application.setUsername(cluster.username());
		application.setPassword(cluster.password());
		VectorTable table = VectorTable.builder("documents").dimensions(3).build();
		try (application;
				VectorIndexManager manager = VectorIndexManager.builder(application, List.of(table))
					.retryInterval(Duration.ofMillis(20))
					.build()) {
			manager.start();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> polls.get() >= 6);
			assertThat(manager.status()).extracting(VectorIndexStatus::state).containsOnly(State.FAILED);
			String detail = String.valueOf(manager.status().get(0).detail());
			assertThat(detail)
				.startsWith("role '%s' may not create indexes, because the table belongs to role '%s'; "
					.formatted(cluster.username(), this.owner))
				.contains("spring.flyway.user")
				.contains("CREATE INDEX CONCURRENTLY");
			assertThat(log.list).filteredOn((event) -> event.getLevel() == Level.WARN)
				.hasSize(manager.status().size())
				.allSatisfy((event) -> assertThat(event.getFormattedMessage()).doesNotContain("permission denied"));
			for (String statement : detail.substring(detail.indexOf("CREATE INDEX")).split(";")) {
				asOwner(statement.replace("CONCURRENTLY ", ""));
			}
			awaitReady(manager);
		}
		finally {
			logger.detachAppender(log);
		}
	}

	private void asOwner(String statement) {
		this.administrator.execute("SET ROLE %s; %s; RESET ROLE".formatted(this.owner, statement));
	}

	@SuppressWarnings("unchecked")
	private void assertIndexed(Object documents, VectorIndexManager manager) {
		((VectorRepository<UUID>) documents)
			.upsert(new VectorRecord<>(UUID.randomUUID(), new float[] { 1, 2, 3 }, null));
		awaitReady(manager);
		assertThat(this.administrator.queryForList(
				"SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relname LIKE 'documents%'",
				String.class))
			.containsExactly(this.owner);
		assertThat(this.administrator
			.queryForList("SELECT 1 FROM pg_indexes WHERE tablename = 'documents' AND indexdef LIKE '%hnsw%'"))
			.hasSize(1);
	}

	private static void awaitReady(VectorIndexManager manager) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> manager.status().stream().allMatch((status) -> status.state() == State.READY));
	}

}
