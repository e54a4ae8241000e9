package io.rdsboot.vector.jdbc.write;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.IllegalTransactionStateException;

/**
 * Loads that the current thread is in the midst of. What reads the records or is told the
 * progress runs within one: if it wrote to the same table on another connection, it could
 * wait for the load, and the load for it, without the server seeing the deadlock.
 */
public final class OpenLoads {

	/**
	 * The innermost first; no value outside loads.
	 */
	private static final ThreadLocal<@Nullable Deque<Target>> OPEN = new ThreadLocal<>();

	private OpenLoads() {
	}

	/**
	 * Run a load that has connections of its own.
	 */
	static <T> T during(DataSource dataSource, VectorTable table, Supplier<T> load) {
		Deque<Target> open = OPEN.get();
		if (open == null) {
			open = new ArrayDeque<>(1);
			OPEN.set(open);
		}
		open.push(new Target(dataSource, table.quotedName()));
		try {
			return load.get();
		}
		finally {
			open.pop();
			if (open.isEmpty()) {
				OPEN.remove();
			}
		}
	}

	/**
	 * Check that no load of a table is under way on this thread.
	 */
	public static void requireNone(DataSource dataSource, VectorTable table) {
		Deque<Target> open = OPEN.get();
		if (open != null && open.contains(new Target(dataSource, table.quotedName()))) {
			throw new IllegalTransactionStateException(
					"Write to vector table %s is not possible from the stream or the progress listener of a load of the same table: it could wait for the load, and the load for it. Write when the load has ended, or run both in one transaction"
						.formatted(table));
		}
	}

	private record Target(DataSource dataSource, String table) {

	}

}
