package io.rdsboot.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.Parallel;
import io.rdsboot.test.server.AdminClient;

/**
 * Whether an environment of a Blue/Green deployment takes writes, by
 * {@code default_transaction_read_only} of all its servers. The administrator may write
 * in any case.
 */
final class WriteFence {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final String SETTING = "default_transaction_read_only";

	private final LocalRdsCluster environment;

	private final AdminClient client;

	WriteFence(LocalRdsCluster environment) {
		this.environment = environment;
		this.client = environment.client();
	}

	/**
	 * Closes the servers to writes. Transactions that are under way go on.
	 */
	void close() {
		change("SET %s = on".formatted(SETTING), "on", (instance) -> {
		});
	}

	/**
	 * Closes the servers to writes, and ends all sessions of applications at once.
	 * @return a time of {@code System.nanoTime} from which no transaction that begins can
	 * write
	 */
	long closeAndEndSessions() {
		long closed = change("SET %s = on".formatted(SETTING), "on", (instance) -> this.client.query(instance.server(),
				"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> '%s'"
					.formatted(instance.adminUsername())));
		// Some may have begun, or been authenticated, before the setting was known.
		endSessions();
		return closed;
	}

	/**
	 * Opens the servers to writes.
	 * @return a time of {@code System.nanoTime} from which transactions that begin can
	 * write
	 */
	long open() {
		return change("RESET " + SETTING, "off", (instance) -> {
		});
	}

	/**
	 * Changes the setting.
	 * @return when the writer was told
	 */
	private long change(String command, String expected, Consumer<LocalRdsInstance> then) {
		return Parallel.map(running(), (instance) -> {
			this.client.execute(instance.server(), "postgres", "ALTER SYSTEM " + command, "SELECT pg_reload_conf()");
			long told = System.nanoTime();
			then.accept(instance);
			if (!Deadline.after(LIMIT).await(() -> expected.equals(newSessionsSetting(instance)))) {
				throw new LocalRdsException(
						"%s of %s is not %s within %s".formatted(SETTING, instance, expected, LIMIT));
			}
			return told;
		}).stream().findFirst().orElseGet(System::nanoTime);
	}

	private List<LocalRdsInstance> running() {
		return this.environment.instances()
			.stream()
			.filter((instance) -> instance.state() == LocalRdsInstance.State.RUNNING)
			.toList();
	}

	/**
	 * What a session gets that begins now: the administrator's other ones have a setting
	 * of their own.
	 */
	private static String newSessionsSetting(LocalRdsInstance instance) {
		try (Connection connection = DriverManager.getConnection(instance.jdbcUrl(), instance.adminUsername(),
				instance.adminPassword());
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SHOW " + SETTING)) {
			row.next();
			return row.getString(1);
		}
		catch (SQLException ex) {
			throw new LocalRdsException("%s reports: %s".formatted(instance, ex.getMessage()), ex);
		}
	}

	/**
	 * Ends all sessions of applications that have begun until now, and waits for their
	 * end.
	 */
	private void endSessions() {
		Parallel.map(running(), (instance) -> {
			String now = this.client.query(instance.server(), "SELECT clock_timestamp()");
			String sessions = """
					FROM pg_stat_activity WHERE backend_type = 'client backend' AND backend_start <= '%s'
						AND usename <> '%s'""".formatted(now, instance.adminUsername());
			// Again and again: a session that is being authenticated has no name yet.
			if (!Deadline.after(LIMIT)
				.await(() -> "0".equals(
						this.client.query(instance.server(), "SELECT count(pg_terminate_backend(pid)) " + sessions)))) {
				throw new LocalRdsException("Sessions of %s did not end within %s".formatted(instance, LIMIT));
			}
			return instance;
		});
	}

}
