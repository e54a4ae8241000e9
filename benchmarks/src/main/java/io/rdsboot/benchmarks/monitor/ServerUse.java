package io.rdsboot.benchmarks.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * What a PostgreSQL server has done until a moment, and how many sessions it has.
 * Immutable.
 *
 * @param nanoTime the moment
 * @param transactions transactions that it has committed in the application's database
 * @param logins sessions that have begun there
 * @param sessions sessions of applications that are open
 * @param monitors those of them that are a monitor's
 * @param cpuTicks processor time of all of its processes, in hundredths of a second
 */
record ServerUse(long nanoTime, long transactions, long logins, int sessions, int monitors, long cpuTicks) {

	private static final double NANOS = 1e9;

	private static final double TICKS = 100;

	// As proc(5) counts the fields that follow the name of the program.
	private static final int PARENT = 1;

	private static final int USER_TIME = 11;

	private static final int CHILDREN_SYSTEM_TIME = 14;

	/**
	 * Asks a server that runs on this machine.
	 */
	static ServerUse of(LocalRdsCluster cluster, LocalRdsInstance instance) throws SQLException {
		try (Connection connection = cluster.adminConnection(instance);
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("""
						SELECT d.xact_commit + d.xact_rollback, d.sessions,
							(SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'),
							(SELECT count(*) FROM pg_stat_activity WHERE usename = '%1$s'
								AND application_name ~ 'rds-topology-monitor$'),
							pg_backend_pid()
						FROM pg_stat_database d WHERE d.datname = '%s'""".formatted(cluster.username(),
						cluster.database()))) {
			row.next();
			return new ServerUse(System.nanoTime(), row.getLong(1), row.getLong(2), row.getInt(3), row.getInt(4),
					cpuTicks(row.getLong(5)));
		}
	}

	/**
	 * Adds up the times of the postmaster, of its children that have ended, which it has
	 * waited for, and of those that run.
	 */
	private static long cpuTicks(long backend) {
		String postmaster = fields(Path.of("/proc", Long.toString(backend))).get(PARENT);
		List<String> own = fields(Path.of("/proc", postmaster));
		try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
			return sum(own, CHILDREN_SYSTEM_TIME)
					+ processes.filter((process) -> Character.isDigit(process.getFileName().toString().charAt(0)))
						.map(ServerUse::fields)
						.filter((fields) -> !fields.isEmpty() && fields.get(PARENT).equals(postmaster))
						.mapToLong((fields) -> sum(fields, USER_TIME + 1))
						.sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long sum(List<String> fields, int last) {
		return fields.subList(USER_TIME, last + 1).stream().mapToLong(Long::parseLong).sum();
	}

	/**
	 * Returns what follows the name of a process's program; nothing if the process has
	 * ended.
	 */
	private static List<String> fields(Path process) {
		try {
			String text = Files.readString(process.resolve("stat"));
			return List.of(text.substring(text.lastIndexOf(')') + 2).trim().split(" "));
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	double secondsSince(ServerUse earlier) {
		return (this.nanoTime - earlier.nanoTime) / NANOS;
	}

	double transactionsPerSecond(ServerUse earlier) {
		return (this.transactions - earlier.transactions) / secondsSince(earlier);
	}

	double loginsPerSecond(ServerUse earlier) {
		return (this.logins - earlier.logins) / secondsSince(earlier);
	}

	/**
	 * Returns the processor time used since an earlier moment, as a share of one core.
	 */
	double coreSince(ServerUse earlier) {
		return (this.cpuTicks - earlier.cpuTicks) / TICKS / secondsSince(earlier);
	}

}
