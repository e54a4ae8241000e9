package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Reads that one replica cancels because its replay of the log needs what they hold.
 */
public final class RecoveryConflict {

	/**
	 * Returns the port of the server; slow on the one that {@code slow_on} names.
	 */
	public static final String QUERY = "SELECT inet_server_port() AS port FROM (SELECT pg_sleep(CASE WHEN EXISTS "
			+ "(SELECT FROM slow_on WHERE port = inet_server_port()) THEN 60 ELSE 0 END)) AS slept";

	private final LocalRdsCluster cluster;

	private final JdbcTemplate writer;

	private RecoveryConflict(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = new JdbcTemplate(
				new DriverManagerDataSource("jdbc:postgresql://%s:%d/%s".formatted(cluster.writer().host(),
						cluster.writer().port(), cluster.database()), cluster.username(), cluster.password()));
	}

	/**
	 * Starts a cluster with two readers, which cancel at once what is in the way of their
	 * replay, and the table {@code slow_on}.
	 */
	public static RecoveryConflict startCluster() {
		LocalRdsCluster cluster = LocalRdsCluster.builder()
			.readers(2)
			.parameter("max_standby_streaming_delay", "0")
			.start();
		RecoveryConflict conflict = new RecoveryConflict(cluster);
		conflict.writer.execute("CREATE TABLE slow_on (port int)");
		return conflict;
	}

	public LocalRdsCluster cluster() {
		return this.cluster;
	}

	/**
	 * Returns access to the writer that nothing routes.
	 */
	public JdbcTemplate writer() {
		return this.writer;
	}

	/**
	 * Removes what makes the query slow.
	 */
	public void clear() {
		this.writer.update("DELETE FROM slow_on");
		this.cluster.awaitReplication();
	}

	/**
	 * Does work whose query is slow on a reader, and removes there what the query sees
	 * once it runs. The reader is the last to learn of it: the query may be repeated
	 * elsewhere at once, and is not to be in the way there too.
	 */
	public <T extends @Nullable Object> T whileReading(LocalRdsInstance reader, Supplier<T> work) {
		this.writer.update("INSERT INTO slow_on VALUES (?)", reader.port());
		this.cluster.awaitReplication();
		CompletableFuture<T> result = CompletableFuture.supplyAsync(work);
		awaitSession(reader, "state = 'active' AND wait_event = 'PgSleep'");
		this.cluster.pauseReplay(reader);
		try {
			removeRows();
			this.cluster.awaitReplication();
		}
		finally {
			this.cluster.resumeReplay(reader);
		}
		try {
			return result.get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * VACUUM leaves rows alone that a query of somebody else may still see, such as one
	 * of autovacuum's.
	 */
	private void removeRows() {
		this.writer.update("DELETE FROM slow_on");
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> {
			this.writer.execute("VACUUM slow_on");
			return this.writer.queryForObject("SELECT pg_relation_size('slow_on')", Long.class) == 0;
		});
	}

	/**
	 * Waits for a session of the application's.
	 * @param condition what holds for its row of {@code pg_stat_activity}
	 */
	public void awaitSession(LocalRdsInstance instance, String condition) {
		awaitSessions(instance, condition, true);
	}

	/**
	 * Waits until the application has no such session.
	 * @param condition what holds for none of its rows of {@code pg_stat_activity}
	 */
	public void awaitNoSession(LocalRdsInstance instance, String condition) {
		awaitSessions(instance, condition, false);
	}

	private void awaitSessions(LocalRdsInstance instance, String condition, boolean present) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			try (Connection admin = this.cluster.adminConnection(instance);
					Statement statement = admin.createStatement()) {
				return isFound(statement, condition) == present;
			}
		});
	}

	private boolean isFound(Statement statement, String condition) throws SQLException {
		try (ResultSet found = statement.executeQuery("SELECT FROM pg_stat_activity WHERE usename = '%s' AND %s"
			.formatted(this.cluster.username(), condition))) {
			return found.next();
		}
	}

}
