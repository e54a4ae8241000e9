package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.rdsboot.vector.LoadMode;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.LoadResult;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.copy.CopyRows;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.transaction.IllegalTransactionStateException;

/**
 * Loads streams of records by {@code COPY BINARY}, in memory that does not grow with
 * their number. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class BulkLoader<ID> {

	private static final String UNIQUE_VIOLATION = "23505";

	private final VectorConnections connections;

	private final VectorTable table;

	private final WriteSql sql;

	private final WriteSql sqlWithoutIds;

	private final LongSupplier nanoTime;

	/**
	 * Create a loader.
	 * @param nanoTime the time in nanoseconds since any moment
	 */
	public BulkLoader(VectorConnections connections, VectorTable table, LongSupplier nanoTime) {
		this.connections = connections;
		this.table = table;
		this.sql = WriteSql.of(table);
		this.sqlWithoutIds = WriteSql.withoutIds(table);
		this.nanoTime = nanoTime;
	}

	/**
	 * Load records.
	 * @param records the records; closed when the load ends, however it ends
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	public LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options, @Nullable Object tenant) {
		return this.connections.isBound() ? loadRecords(records, options, tenant) : OpenLoads
			.during(this.connections.dataSource(), this.table, () -> loadRecords(records, options, tenant));
	}

	private LoadResult loadRecords(Stream<VectorRecord<ID>> records, LoadOptions options, @Nullable Object tenant) {
		try (records) {
			LoadClock clock = new LoadClock(this.nanoTime, options);
			FirstRecord<ID> iterator = new FirstRecord<>(records.iterator());
			boolean withoutIds = options.mode() != LoadMode.UPSERT && this.table.hasGeneratedIds()
					&& iterator.isWithoutId();
			WriteSql statements = withoutIds ? this.sqlWithoutIds : this.sql;
			RecordFeed feed = new RecordFeed(this.table, statements, options, clock, tenant);
			long rows = (options.parallelism() > 1) ? loadInParallel(iterator, feed, statements, options, tenant)
					: load(iterator, feed, statements, options.mode(), tenant);
			clock.finished(feed.sent());
			return new LoadResult(rows, clock.elapsed(), feed.rejected());
		}
	}

	private long load(Iterator<VectorRecord<ID>> records, RecordFeed feed, WriteSql statements, LoadMode mode,
			@Nullable Object tenant) {
		boolean shared = this.connections.isBound();
		ConnectionCallback<Long> load = (connection) -> load(connection, records, feed, statements, mode, tenant,
				shared);
		return Objects.requireNonNull(shared ? this.connections.write(statements.copy(), load)
				: this.connections.writeApart(statements.copy(), load));
	}

	private long load(Connection connection, Iterator<VectorRecord<ID>> records, RecordFeed feed, WriteSql statements,
			LoadMode mode, @Nullable Object tenant, boolean shared) throws SQLException {
		try (LoadSession session = new LoadSession(connection, this.table, statements, mode, tenant, shared)) {
			try {
				RecordValidator validator = RecordValidator.of(this.table,
						(query) -> this.connections.isWithinLimits(query, session::isWithinLimits));
				feed.send(records, validator, List.of(new CopyRows(session, fields(statements, mode))),
						isPositioned(mode));
				return session.finish();
			}
			catch (SQLException ex) {
				throw CopyFailure.withPosition(ex, this.table, (row) -> feed.position(session.rowsBefore() + row));
			}
		}
		catch (SQLException ex) {
			TenantSetting.requireOwnRows(this.table, ex);
			throw explained(ex, statements);
		}
	}

	private long loadInParallel(Iterator<VectorRecord<ID>> records, RecordFeed feed, WriteSql statements,
			LoadOptions options, @Nullable Object tenant) {
		if (this.connections.isBound()) {
			throw new IllegalTransactionStateException(
					"Load of vector table %s on %d connections cannot take part in a transaction: leave out the parallelism, or the transaction"
						.formatted(this.table, options.parallelism()));
		}
		LoadMode mode = options.mode();
		try {
			return new ParallelLoad(this.connections, this.table, statements, mode, tenant).load(records, feed,
					options.parallelism(), fields(statements, mode), isPositioned(mode));
		}
		catch (SQLException ex) {
			TenantSetting.requireOwnRows(this.table, ex);
			throw this.connections.translate("Load of vector table " + this.table, statements.copy(),
					explained(ex, statements));
		}
	}

	private SQLException explained(SQLException ex, WriteSql statements) {
		return (!statements.hasIds() && UNIQUE_VIOLATION.equals(ex.getSQLState()))
				? new SQLException("%s. If it is the id that the database generated: %s".formatted(ex.getMessage(),
						IdSequence.advice(this.table)), ex.getSQLState(), ex)
				: ex;
	}

	private boolean isPositioned(LoadMode mode) {
		return LoadSession.isStaged(this.table, mode);
	}

	private int fields(WriteSql statements, LoadMode mode) {
		return statements.columns().size() + (isPositioned(mode) ? 1 : 0);
	}

}
