package io.rdsboot.vector.schema;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VectorExtension} on PostgreSQL.
 */
@LocalRds
class VectorExtensionTests {

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	private VectorExtension extension;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.dataSource = VectorTestDatabase.create(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.extension = new VectorExtension(this.jdbc, null);
	}

	@AfterEach
	void closePool() {
		this.dataSource.close();
	}

	@Test
	void extensionWhenMissingIsReportedWithTheCommand() {
		String database = this.jdbc.queryForObject("SELECT current_database()", String.class);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(this.extension::validate)
			.withMessage("The extension vector is missing in database '%s'.", database)
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo(
					"Run as an administrator (on RDS and Aurora a member of rds_superuser), connected to database '%s': CREATE EXTENSION vector;"
						.formatted(database)));
	}

	@Test
	void extensionWhenRoleMayNotCreateItIsReportedWithTheCommand(LocalRdsCluster cluster) {
		String database = this.jdbc.queryForObject("SELECT current_database()", String.class);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> inTransaction(() -> {
			this.jdbc.execute("SET LOCAL ROLE " + cluster.username());
			this.extension.create();
		}))
			.withMessage("The extension vector is missing in database '%s', and role '%s' may not create it.", database,
					cluster.username())
			.satisfies((ex) -> assertThat(ex.getAction()).contains("CREATE EXTENSION vector;"));
	}

	@Test
	void extensionWhenMigratingSchemaComesFirstIsCreatedWhereApplicationsLook() {
		this.jdbc.execute("CREATE SCHEMA app");
		inTransaction(() -> {
			this.jdbc.execute("SET LOCAL search_path = app, public");
			this.extension.create();
		});
		this.extension.validate();
	}

	@Test
	@Timeout(60)
	void extensionWhenTwentySessionsCreateItAtOnceIsCreatedOnce() throws Exception {
		int sessions = 20;
		ExecutorService threads = Executors.newFixedThreadPool(sessions);
		try {
			CyclicBarrier barrier = new CyclicBarrier(sessions);
			List<Future<?>> results = new ArrayList<>();
			for (int i = 0; i < sessions; i++) {
				results.add(threads.submit(() -> {
					createOnOwnConnection(barrier);
					return null;
				}));
			}
			for (Future<?> result : results) {
				result.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		this.extension.validate();
	}

	private void createOnOwnConnection(CyclicBarrier barrier) throws Exception {
		try (Connection connection = DriverManager.getConnection(this.dataSource.getJdbcUrl(),
				this.dataSource.getUsername(), this.dataSource.getPassword())) {
			connection.setAutoCommit(false);
			barrier.await(30, TimeUnit.SECONDS);
			new VectorExtension(new JdbcTemplate(new SingleConnectionDataSource(connection, true)), null).create();
			connection.commit();
		}
	}

	@Test
	void extensionWhenNotOnTheSearchPathIsReported() {
		this.jdbc.execute("CREATE SCHEMA elsewhere");
		this.jdbc.execute("CREATE EXTENSION vector SCHEMA elsewhere");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(this.extension::validate)
			.withMessage("The extension vector is in schema elsewhere, which is not on the search_path "
					+ "(\"$user\", public).")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Declare 'elsewhere' as the extension's schema, "
					+ "or add it to the search_path of the role or of the JDBC URL (currentSchema)."));
		new VectorExtension(this.jdbc, "elsewhere").validate();
	}

	@Test
	void extensionWhenSchemaIsDeclaredIsCreatedThere() {
		VectorExtension declared = new VectorExtension(this.jdbc, "My \"extensions\"");
		inTransaction(declared::create);
		inTransaction(declared::create);
		declared.validate();
		assertThat(this.jdbc.queryForObject(
				"SELECT extnamespace::regnamespace::text FROM pg_extension " + "WHERE extname = 'vector'",
				String.class))
			.isEqualTo("\"My \"\"extensions\"\"\"");
	}

	@Test
	void extensionWhenInAnotherSchemaThanDeclaredIsReported() {
		this.jdbc.execute("CREATE EXTENSION vector");
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(() -> inTransaction(new VectorExtension(this.jdbc, "elsewhere")::create))
			.withMessage("The extension vector is declared to be in schema elsewhere, but is in schema public.")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Declare 'public' as the extension's schema, "
					+ "or run as the extension's owner: ALTER EXTENSION vector SET SCHEMA \"elsewhere\";"));
	}

	@Test
	void extensionWhenItsSchemaMayNotBeUsedIsReported(LocalRdsCluster cluster) {
		inTransaction(new VectorExtension(this.jdbc, "elsewhere")::create);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> inTransaction(() -> {
			this.jdbc.execute("SET LOCAL ROLE " + cluster.username());
			new VectorExtension(this.jdbc, "elsewhere").validate();
		}))
			.withMessage("The extension vector is in schema elsewhere, which role '%s' may not use.",
					cluster.username())
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Run as the schema's owner: "
					+ "GRANT USAGE ON SCHEMA \"elsewhere\" TO \"%s\";".formatted(cluster.username())));
	}

	@Test
	void extensionWhenMissingAndSchemaIsDeclaredIsReportedWithTheSchema() {
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(new VectorExtension(this.jdbc, "ext")::validate)
			.satisfies((ex) -> assertThat(ex.getAction())
				.endsWith(": CREATE SCHEMA IF NOT EXISTS \"ext\"; CREATE EXTENSION vector SCHEMA \"ext\";"));
	}

	@Test
	void extensionWhenTooOldIsReported() {
		this.jdbc.execute("CREATE EXTENSION vector");
		this.jdbc.update("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(this.extension::validate)
			.withMessageContaining("has version 0.7.4, but at least 0.8.0 is needed")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("ALTER EXTENSION vector UPDATE"));
		this.jdbc.update("UPDATE pg_extension SET extversion = '0.10.0' WHERE extname = 'vector'");
		this.extension.validate();
	}

	private void inTransaction(Runnable action) {
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource))
			.executeWithoutResult((status) -> action.run());
	}

}
