package io.rdsboot.pooler;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import io.rdsboot.autoconfigure.StartupFailures;
import io.rdsboot.test.LocalPgBouncer;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.StatementCallback;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of a service with the defaults behind a PgBouncer in transaction mode, whose
 * clients outnumber its connections to the servers.
 */
@LocalRds(readers = 1)
@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
class TransactionPoolerTests {

	private static final int THREADS = 9;

	private static final int ROUNDS = 60;

	@BeforeEach
	void makeTable(LocalRdsCluster cluster) throws Exception {
		try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(),
				cluster.password()); Statement statement = connection.createStatement()) {
			statement.execute("DROP TABLE IF EXISTS pooled");
			statement.execute("CREATE TABLE pooled (id integer PRIMARY KEY, value text)");
		}
		cluster.awaitReplication();
	}

	@Test
	void everyAcknowledgedTransactionIsThere(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())), (service) -> {
				inParallel((thread) -> {
					for (int i = 0; i < ROUNDS; i++) {
						int id = thread * ROUNDS + i;
						service.writing()
							.executeWithoutResult(
									(status) -> service.jdbc.update("INSERT INTO pooled VALUES (?, 'new')", id));
						assertThat(service.reading()
							.<String>execute((status) -> service.jdbc
								.queryForObject("SELECT value FROM pooled WHERE id = ?", String.class, id)))
							.isEqualTo("new");
						service.jdbc.update("UPDATE pooled SET value = 'old' WHERE id = ?", id);
					}
				});
				assertThat(service.jdbc.queryForObject("SELECT count(*) FROM pooled WHERE value = 'old'", int.class))
					.isEqualTo(THREADS * ROUNDS);
			});
		}
	}

	@Test
	void everyTransactionIsWhatItIsDeclaredToBe(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
			.database("w", cluster.writer())
			.database("r", cluster.readers().get(0))
			.start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl("w"), pgBouncer.jdbcUrl("r")),
					(service) -> inParallel((thread) -> {
						for (int i = 0; i < ROUNDS; i++) {
							boolean readOnly = i % 2 == 0;
							int level = List
								.of(TransactionDefinition.ISOLATION_DEFAULT,
										TransactionDefinition.ISOLATION_REPEATABLE_READ,
										TransactionDefinition.ISOLATION_SERIALIZABLE)
								.get((thread + i) % 3);
							Map<String, Object> found = service.transaction(level, readOnly)
								.execute((status) -> service.jdbc
									.queryForMap("SELECT current_setting('transaction_isolation') AS isolation,"
											+ " current_setting('transaction_read_only') AS read_only"));
							assertThat(found).containsEntry("isolation", name(level))
								.containsEntry("read_only", readOnly ? "on" : "off");
							readInAutoCommit(service);
						}
					}));
		}
	}

	private static void readInAutoCommit(PooledService service) {
		service.jdbc.execute((ConnectionCallback<Void>) (connection) -> {
			connection.setReadOnly(true);
			connection.createStatement().executeQuery("SELECT 1").close();
			return null;
		});
	}

	private static String name(int level) {
		return switch (level) {
			case TransactionDefinition.ISOLATION_REPEATABLE_READ -> "repeatable read";
			case TransactionDefinition.ISOLATION_SERIALIZABLE -> "serializable";
			default -> "read committed";
		};
	}

	@Test
	void transactionAfterTransactionOnOneConnectionKeepsItsIsolation(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())),
					(service) -> service.jdbc.execute((ConnectionCallback<Void>) (connection) -> {
						connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
						connection.setAutoCommit(false);
						try (PreparedStatement statement = connection.prepareStatement("SHOW transaction_isolation")) {
							for (int i = 0; i < 3; i++) {
								try (ResultSet rows = statement.executeQuery()) {
									rows.next();
									assertThat(rows.getString(1)).isEqualTo("repeatable read");
								}
								connection.commit();
							}
						}
						assertThat(connection.getMetaData().getTables(null, null, "pooled", null).next()).isTrue();
						assertThat(connection.createStatement().execute("SET LOCAL lock_timeout = '1s'")).isFalse();
						try (ResultSet rows = connection.createStatement().executeQuery("SHOW transaction_isolation")) {
							rows.next();
							assertThat(rows.getString(1)).isEqualTo("repeatable read");
						}
						connection.rollback();
						connection.setAutoCommit(true);
						return null;
					}));
		}
	}

	@Test
	void isolationOfThePoolTravelsInBegin(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).start()) {
			PooledService
				.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())),
						(service) -> assertThat(service.writing()
							.<String>execute((status) -> service.jdbc.queryForObject("SHOW transaction_isolation",
									String.class)))
							.isEqualTo("repeatable read"),
						"rds.pool.transaction-isolation=TRANSACTION_REPEATABLE_READ");
		}
	}

	@Test
	void aliasesOfOnePoolerAreInstances(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
			.database("w", cluster.writer())
			.database("r", cluster.readers().get(0))
			.start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl("w"), pgBouncer.jdbcUrl("r")), (service) -> {
				// The writer serves reads until the reader's position is known.
				Awaitility.await()
					.until(() -> service.reading().<Integer>execute((status) -> port(service)),
							Predicate.isEqual(cluster.readers().get(0).port()));
				assertThat(service.writing().<Integer>execute((status) -> port(service)))
					.isEqualTo(cluster.writer().port());
			});
		}
	}

	private static int port(PooledService service) {
		return service.jdbc.queryForObject("SELECT inet_server_port()", int.class);
	}

	@Test
	void anotherDatabaseWithoutPoolerStopsTheStart(LocalRdsCluster cluster) {
		String reader = cluster.readers().get(0).jdbcUrl();
		FailureAnalysis analysis = StartupFailures.analysis(PooledService.runner(cluster,
				List.of(cluster.writer().jdbcUrl(), reader.substring(0, reader.lastIndexOf('/')) + "/postgres")));
		assertThat(analysis.getDescription()).contains("has another database than the writer");
		assertThat(analysis.getAction()).contains("rds.readers");
	}

	@ParameterizedTest
	@ValueSource(strings = { "rds.pool.schema=pooled", "rds.pool.connection-init-sql=SET work_mem = '8MB'",
			"rds.pool.data-source-properties.currentSchema=pooled" })
	void whatOnlyASessionKeepsStopsTheStart(String property, LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
			.parameter("ignore_startup_parameters", "extra_float_digits,search_path")
			.start()) {
			FailureAnalysis analysis = StartupFailures
				.analysis(PooledService.runner(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())), property));
			String name = property.substring(property.lastIndexOf('.') + 1, property.indexOf('='));
			assertThat(analysis.getDescription()).startsWith("A pooler in transaction mode answers at").contains(name);
			assertThat(analysis.getAction()).startsWith("Remove ").contains(name, "ALTER ROLE", "session");
		}
	}

	@Test
	void nothingPinsASession(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).start();
				RecordingProxy proxy = new RecordingProxy(pgBouncer.port())) {
			PooledService.run(cluster, List.of(proxy.jdbcUrl(cluster.database())), (service) -> {
				for (int i = 0; i < 20; i++) {
					int id = i;
					for (int level : List.of(TransactionDefinition.ISOLATION_DEFAULT,
							TransactionDefinition.ISOLATION_REPEATABLE_READ)) {
						service.transaction(level, false)
							.executeWithoutResult((status) -> service.jdbc.update(
									"INSERT INTO pooled VALUES (?, '') ON CONFLICT (id) DO UPDATE SET value = 'new'",
									id));
						service.transaction(level, true)
							.executeWithoutResult(
									(status) -> service.jdbc.queryForList("SELECT value FROM pooled WHERE id = ?", id));
					}
					service.jdbc.queryForList("SELECT value FROM pooled WHERE id = ?", id);
					readInAutoCommit(service);
				}
			});
			assertThat(proxy.statements())
				.contains("BEGIN", "BEGIN READ ONLY", "BEGIN ISOLATION LEVEL REPEATABLE READ",
						"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "COMMIT")
				.noneMatch((sql) -> sql.matches(
						"(?is)\\s*(SET|RESET|DISCARD|PREPARE|EXECUTE|LISTEN|UNLISTEN|LOAD|CREATE\\s+TEMP|DECLARE)\\b.*"
								+ "|.*(pg_(try_)?advisory_lock|set_config|nextval|lastval).*"));
			// The one question whether statements are kept, and its removal.
			assertThat(proxy.preparedNames().stream().filter((name) -> !name.isEmpty())).hasSizeLessThanOrEqualTo(1);
		}
	}

	@Test
	void whatWouldStayInASessionIsRefused(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).parameter("default_pool_size", "1").start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())), (service) -> {
				for (String sql : List.of("SET work_mem = '7MB'", "SELECT set_config('work_mem', '7MB', false)",
						"SELECT pg_advisory_lock(1)")) {
					assertThatThrownBy(() -> service.jdbc.execute((StatementCallback<Void>) (statement) -> {
						// A setting is put off until the next statement.
						statement.execute(sql);
						statement.execute("SELECT 1");
						return null;
					})).rootCause().hasMessageContaining("pooler in transaction mode");
				}
				assertThatThrownBy(() -> service.jdbc.execute((ConnectionCallback<Void>) (connection) -> {
					connection.setSchema("other");
					connection.createStatement().execute("SELECT 1");
					return null;
				})).rootCause().hasMessageContaining("pooler in transaction mode");
				service.writing().executeWithoutResult((status) -> {
					service.jdbc.execute("SET LOCAL work_mem = '7MB'");
					assertThat(service.jdbc.queryForObject("SHOW work_mem", String.class)).isEqualTo("7MB");
				});
				assertThat(service.jdbc.queryForObject("SHOW work_mem", String.class)).isNotEqualTo("7MB");
				assertThat(service.jdbc.queryForObject("SHOW search_path", String.class)).doesNotContain("other");
			});
		}
	}

	@Test
	void writeOnAReadOnlyConnectionInAutoCommitIsRefused(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())), (service) -> {
				assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
					.isThrownBy(() -> service.jdbc.execute((ConnectionCallback<Void>) (connection) -> {
						connection.setReadOnly(true);
						connection.createStatement().executeUpdate("DELETE FROM pooled");
						return null;
					}));
				assertThat(service.jdbc.update("INSERT INTO pooled VALUES (1, 'by another')")).isOne();
			});
		}
	}

	@Test
	void sessionModeThatIsDeclaredKeepsSessions(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
			.parameter("pool_mode", "session")
			.parameter("default_pool_size", "20")
			.start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())),
					(service) -> service.jdbc.execute((StatementCallback<Void>) (statement) -> {
						statement.execute("SET work_mem = '7MB'");
						try (ResultSet rows = statement.executeQuery("SHOW work_mem")) {
							rows.next();
							assertThat(rows.getString(1)).isEqualTo("7MB");
						}
						return null;
					}), "rds.pool.pooler=session", "rds.pool.maximum-pool-size=3");
		}
	}

	@Test
	@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isNewestInstalled",
			disabledReason = "dev/pgbouncer --newest builds it")
	void preparedStatementsThatThePoolerKeepsAreUsed(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster).newest().start();
				RecordingProxy proxy = new RecordingProxy(pgBouncer.port())) {
			PooledService.run(cluster, List.of(proxy.jdbcUrl(cluster.database())), (service) -> {
				AtomicInteger ids = new AtomicInteger();
				inParallel((thread) -> {
					for (int i = 0; i < ROUNDS; i++) {
						service.writing()
							.executeWithoutResult((status) -> service.jdbc
								.update("INSERT INTO pooled VALUES (?, 'new')", ids.incrementAndGet()));
					}
				});
				assertThat(service.jdbc.queryForObject("SELECT count(*) FROM pooled", int.class))
					.isEqualTo(THREADS * ROUNDS);
			});
			assertThat(proxy.preparedNames()).anyMatch((name) -> name.startsWith("S_"));
			assertThat(proxy.statements()).noneMatch((sql) -> sql.startsWith("SET"));
		}
	}

	@Test
	@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isNewestInstalled",
			disabledReason = "dev/pgbouncer --newest builds it")
	void preparedStatementsThatTheNewestPoolerDoesNotKeepAreNotUsed(LocalRdsCluster cluster) throws Exception {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
			.newest()
			.parameter("max_prepared_statements", "0")
			.start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl(cluster.database())), (service) -> {
				inParallel((thread) -> {
					for (int i = 0; i < ROUNDS; i++) {
						int id = thread * ROUNDS + i;
						service.writing()
							.executeWithoutResult(
									(status) -> service.jdbc.update("INSERT INTO pooled VALUES (?, 'new')", id));
					}
				});
				assertThat(service.jdbc.queryForList("SELECT name FROM pg_prepared_statements")).isEmpty();
			});
		}
	}

	private static void inParallel(Turn turn) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Callable<Void>> turns = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int thread = i;
				turns.add(() -> {
					turn.take(thread);
					return null;
				});
			}
			for (Future<Void> result : threads.invokeAll(turns, 120, TimeUnit.SECONDS)) {
				result.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private interface Turn {

		void take(int thread) throws Exception;

	}

}
