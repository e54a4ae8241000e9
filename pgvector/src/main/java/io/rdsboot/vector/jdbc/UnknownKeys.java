package io.rdsboot.vector.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.IsAbsent;
import io.rdsboot.vector.filter.IsNull;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.table.FilterKeys;
import io.rdsboot.vector.table.UndeclaredKey;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Warns once of each key that filters of one table name, nobody declared and no row has.
 * Thread-safe.
 *
 * <p>
 * A filter that finds rows mostly proves its keys. Of the others the server is asked in
 * the background, once each: on the writer, because a reader may lack the rows of a
 * moment ago, and after the caller's transaction, whose rows nobody else sees. Nothing is
 * said if the answer takes longer than a time limit, or if policies hide rows of the
 * table, which may have the key.
 */
final class UnknownKeys {

	/** Filters may come from anybody, and name anything. */
	static final int MAX_KEYS = 100;

	private static final int MAX_LENGTH = 200;

	private static final String TIMEOUT_MILLIS = "2000";

	private static final Logger logger = LoggerFactory.getLogger(UnknownKeys.class);

	private static final Executor BACKGROUND = background();

	private final VectorTable table;

	private final FilterKeys keys;

	private final VectorConnections connections;

	private final Executor executor;

	private final Set<List<String>> settled = ConcurrentHashMap.newKeySet();

	UnknownKeys(VectorTable table, VectorConnections connections) {
		this(table, connections, BACKGROUND);
	}

	UnknownKeys(VectorTable table, VectorConnections connections, Executor executor) {
		this.table = table;
		this.keys = new FilterKeys(table);
		this.connections = connections;
		this.executor = executor;
	}

	/**
	 * One thread for all repositories, which ends when it has nothing to do.
	 */
	private static Executor background() {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_KEYS), (task) -> {
					Thread thread = new Thread(task, "rds-vector-keys");
					thread.setDaemon(true);
					return thread;
				}, new ThreadPoolExecutor.DiscardPolicy());
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * Take note of a filter that was used. Never fails, and never waits for the server.
	 * @param filter the filter, or {@code null} if there was none
	 * @param found whether it held for any row, as far as is known
	 */
	void used(@Nullable MetadataFilter filter, boolean found) {
		if (filter == null || this.table.undeclaredKeysRefused()) {
			return;
		}
		if (found) {
			addProven(filter);
		}
		for (Condition condition : filter.conditions()) {
			List<String> names = this.keys.place(condition.key()).names();
			if (this.table.key(names.get(0)).isEmpty() && settle(names)) {
				askAfterTransaction(names);
			}
		}
	}

	/**
	 * Take note of keys that the rows that were found have for certain.
	 */
	private void addProven(MetadataFilter filter) {
		if (filter instanceof And and) {
			and.filters().forEach(this::addProven);
		}
		else if (filter instanceof Condition condition && !(condition instanceof IsNull)
				&& !(condition instanceof IsAbsent)) {
			settle(this.keys.place(condition.key()).names());
		}
	}

	/**
	 * Return whether a key has to be settled, and was not before.
	 */
	private boolean settle(List<String> names) {
		return !this.settled.contains(names) && this.settled.size() < MAX_KEYS
				&& String.join(".", names).length() <= MAX_LENGTH && this.settled.add(names);
	}

	private void askAfterTransaction(List<String> names) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			this.executor.execute(() -> ask(names));
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				if (status == STATUS_COMMITTED) {
					UnknownKeys.this.executor.execute(() -> ask(names));
				}
				else {
					UnknownKeys.this.settled.remove(names);
				}
			}

		});
	}

	private void ask(List<String> names) {
		try {
			if (this.connections.write(rows(""), (connection) -> isUnknown(connection, names))) {
				logger.warn("No row of vector table {} has what a filter asks for: {}{}", this.table,
						UndeclaredKey.describe(this.table, String.join(".", names)), (names.size() > 1)
								? " (a member of nested objects; a name with dots stands in double quotes)" : "");
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Whether a row of vector table {} has the key {} is not known", this.table, names, ex);
		}
	}

	/**
	 * A table without rows tells nothing, and one of which policies hide rows neither.
	 */
	private boolean isUnknown(Connection connection, List<String> names) throws SQLException {
		is(connection, "set_config('statement_timeout', ?, true) IS NOT NULL", List.of(TIMEOUT_MILLIS));
		String member = "t.%s%s".formatted(VectorTable.quote(String.valueOf(this.table.metadataColumn())),
				" -> ?::text".repeat(names.size()));
		return is(connection, "NOT row_security_active(?::text)", List.of(this.table.quotedName()))
				&& is(connection, rows(""), List.of())
				&& !is(connection, rows(" WHERE (%s) IS NOT NULL".formatted(member)), names);
	}

	private String rows(String condition) {
		return "EXISTS (SELECT FROM %s t%s)".formatted(this.table.quotedName(), condition);
	}

	private static boolean is(Connection connection, String sql, List<String> parameters) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("SELECT " + sql)) {
			for (int i = 0; i < parameters.size(); i++) {
				statement.setString(i + 1, parameters.get(i));
			}
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getBoolean(1);
			}
		}
	}

}
