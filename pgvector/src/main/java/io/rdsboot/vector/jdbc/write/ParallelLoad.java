package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.rdsboot.vector.LoadMode;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.copy.CopyRows;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.HeuristicCompletionException;

/**
 * Load on several connections, of which none is committed before all have stored their
 * rows. Records of the same id take the same connection, so that the last one wins and no
 * connection waits for another. Not thread-safe.
 */
final class ParallelLoad {

	private static final Logger logger = LoggerFactory.getLogger(ParallelLoad.class);

	/**
	 * Two connections that wait for each other by way of this one thread are a deadlock
	 * that the server cannot see.
	 */
	private static final String LIMIT_LOCK_WAITS = """
			SELECT set_config('lock_timeout', '10s', true) WHERE current_setting('lock_timeout') = '0'""";

	private static final int ATTEMPTS = 3;

	private final VectorConnections connections;

	private final VectorTable table;

	private final WriteSql sql;

	private final LoadMode mode;

	private final @Nullable Object tenant;

	private final List<LoadWorker> workers = new ArrayList<>();

	ParallelLoad(VectorConnections connections, VectorTable table, WriteSql sql, LoadMode mode,
			@Nullable Object tenant) {
		this.connections = connections;
		this.table = table;
		this.sql = sql;
		this.mode = mode;
		this.tenant = tenant;
	}

	/**
	 * Load records.
	 * @return how many rows were inserted or replaced
	 */
	long load(Iterator<? extends VectorRecord<?>> records, RecordFeed feed, int parallelism, int fields, boolean staged)
			throws SQLException {
		try {
			for (int i = 0; i < parallelism; i++) {
				this.workers.add(open());
			}
			RecordValidator validator = RecordValidator.of(this.table,
					(query) -> this.connections.isWithinLimits(query, this.workers.get(0)::isWithinLimits));
			feed.send(records, validator, this.workers.stream().map((worker) -> new CopyRows(worker, fields)).toList(),
					staged);
			if (this.mode == LoadMode.UPSERT) {
				storeAll();
			}
			for (LoadWorker worker : this.workers) {
				worker.end();
			}
			awaitAll(this.workers, LoadWorker::isStored);
			return commitAll();
		}
		finally {
			close();
		}
	}

	private LoadWorker open() throws SQLException {
		Connection connection = this.connections.open();
		try {
			try (Statement statement = connection.createStatement()) {
				statement.execute(LIMIT_LOCK_WAITS);
			}
			return new LoadWorker(connection,
					new LoadSession(connection, this.table, this.sql, this.mode, this.tenant, false));
		}
		catch (SQLException | RuntimeException ex) {
			try (connection) {
				connection.rollback();
				connection.setAutoCommit(true);
			}
			catch (SQLException suppressed) {
				ex.addSuppressed(suppressed);
			}
			throw ex;
		}
	}

	/**
	 * Store what is staged on all connections, or on none. If some wait for another
	 * write, that may wait for the others of these connections, so all give way to it.
	 * Those that waited begin the next time: else the others would take their rows again
	 * before the other write is awake.
	 */
	private void storeAll() throws SQLException {
		List<LoadWorker> waited = List.of();
		for (int attempt = 1;; attempt++) {
			Map<LoadWorker, SQLException> held = tryToStore(waited);
			if (held.isEmpty()) {
				List<LoadWorker> others = new ArrayList<>(this.workers);
				others.removeAll(waited);
				held = tryToStore(others);
			}
			if (held.isEmpty()) {
				return;
			}
			if (attempt == ATTEMPTS) {
				throw held.values().iterator().next();
			}
			for (LoadWorker worker : this.workers) {
				worker.giveWay();
			}
			waited = List.copyOf(held.keySet());
		}
	}

	/**
	 * Return which connections could not store their rows, and why.
	 */
	private Map<LoadWorker, SQLException> tryToStore(List<LoadWorker> workers) throws SQLException {
		Map<LoadWorker, CompletableFuture<Optional<SQLException>>> answers = new LinkedHashMap<>();
		for (LoadWorker worker : workers) {
			answers.put(worker, worker.tryToStore());
		}
		awaitAll(workers, (worker) -> worker.isAnswered(Objects.requireNonNull(answers.get(worker))));
		Map<LoadWorker, SQLException> held = new LinkedHashMap<>();
		answers.forEach((worker, answer) -> answer.join().ifPresent((failure) -> held.put(worker, failure)));
		return held;
	}

	/**
	 * Each is looked at in turn, so that the first failure ends the wait for the others.
	 */
	private static void awaitAll(List<LoadWorker> workers, WorkerCondition condition) throws SQLException {
		boolean fulfilled = false;
		while (!fulfilled) {
			fulfilled = true;
			for (LoadWorker worker : workers) {
				fulfilled &= condition.isFulfilled(worker);
			}
		}
	}

	private long commitAll() throws SQLException {
		long rows = 0;
		boolean first = true;
		for (LoadWorker worker : this.workers) {
			try {
				rows += worker.commit();
			}
			catch (SQLException ex) {
				if (first) {
					throw ex;
				}
				throw new HeuristicCompletionException(HeuristicCompletionException.STATE_MIXED,
						new IllegalStateException("Part of the rows is stored in vector table %s: %s"
							.formatted(this.table, this.sql.hasIds() ? "load again by upsert"
									: "find out which before you load again, or these are stored twice, with new ids"),
								ex));
			}
			first = false;
		}
		return rows;
	}

	/** What fails in giving back a connection must not hide why the load failed. */
	private void close() {
		for (LoadWorker worker : this.workers) {
			try {
				worker.close();
			}
			catch (SQLException ex) {
				logger.debug("Could not give back a connection of a load", ex);
			}
		}
	}

	/**
	 * What is awaited of a connection.
	 */
	@FunctionalInterface
	private interface WorkerCondition {

		/**
		 * Wait a little.
		 */
		boolean isFulfilled(LoadWorker worker) throws SQLException;

	}

}
