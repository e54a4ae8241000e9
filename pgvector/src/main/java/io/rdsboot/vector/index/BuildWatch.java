package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at regular intervals how far the server is with the index that it builds on a
 * table. Borrows a connection for each look, and looks no more once there is none to be
 * had: the build is not worth a caller's.
 */
final class BuildWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BuildWatch.class);

	/**
	 * The state of sessions of other roles is not shown to everybody.
	 */
	private static final String PROGRESS = """
			SELECT p.phase, CASE WHEN p.lockers_total > 0 THEN p.lockers_done
					WHEN p.blocks_total > 0 THEN p.blocks_done ELSE p.tuples_done END,
				CASE WHEN p.lockers_total > 0 THEN p.lockers_total
					WHEN p.blocks_total > 0 THEN p.blocks_total ELSE p.tuples_total END,
				CASE WHEN p.current_locker_pid > 0 THEN concat('session ', p.current_locker_pid,
					' of role ' || a.usename, ', application ' || nullif(a.application_name, ''),
					', which began ' || floor(extract(epoch FROM clock_timestamp() - a.xact_start)) || ' s ago') END
			FROM pg_stat_progress_create_index p LEFT JOIN pg_stat_activity a ON a.pid = p.current_locker_pid
			WHERE p.relid = to_regclass(?) AND p.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
			""";

	private final DataSource dataSource;

	private final VectorTable table;

	private final Duration interval;

	private final Consumer<IndexBuildProgress> listener;

	private final long start = System.nanoTime();

	private final Thread thread;

	private String phase = "";

	private long phaseStart;

	private long doneAtStart;

	private boolean closed;

	private BuildWatch(DataSource dataSource, VectorTable table, Duration interval,
			Consumer<IndexBuildProgress> listener) {
		this.dataSource = dataSource;
		this.table = table;
		this.interval = interval;
		this.listener = listener;
		this.thread = new Thread(this::run, "rds-vector-index-progress");
		this.thread.setDaemon(true);
	}

	/**
	 * Begin to watch.
	 * @param dataSource source of connections of the role that builds
	 * @param listener what is told, on a thread of its own and never after the watch was
	 * closed
	 */
	static BuildWatch start(DataSource dataSource, VectorTable table, Duration interval,
			Consumer<IndexBuildProgress> listener) {
		BuildWatch watch = new BuildWatch(dataSource, table, interval, listener);
		watch.thread.start();
		return watch;
	}

	private void run() {
		try {
			while (awaitTurn()) {
				IndexBuildProgress progress = look();
				if (progress != null) {
					tell(progress);
				}
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("The build of an index of vector table {} is not watched any more", this.table, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized boolean awaitTurn() throws InterruptedException {
		long deadline = System.nanoTime() + this.interval.toNanos();
		long left = this.interval.toMillis();
		while (!this.closed && left > 0) {
			wait(left);
			left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
		}
		return !this.closed;
	}

	private @Nullable IndexBuildProgress look() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement(PROGRESS)) {
			statement.setString(1, this.table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? progress(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4),
						System.nanoTime()) : null;
			}
		}
	}

	private IndexBuildProgress progress(String phase, long done, long total, @Nullable String waitsFor, long now) {
		if (!phase.equals(this.phase)) {
			this.phase = phase;
			this.phaseStart = now;
			this.doneAtStart = done;
		}
		long advanced = done - this.doneAtStart;
		Duration remaining = (waitsFor == null && advanced > 0 && total > done)
				? Duration.ofNanos((long) ((double) (now - this.phaseStart) / advanced * (total - done))) : null;
		return new IndexBuildProgress(phase, done, total, Duration.ofNanos(now - this.start), remaining, waitsFor);
	}

	private synchronized void tell(IndexBuildProgress progress) {
		if (!this.closed) {
			this.listener.accept(progress);
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.thread.interrupt();
	}

}
