package io.rdsboot.vector;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.rdsboot.vector.copy.CopyRows;
import org.jspecify.annotations.Nullable;

/**
 * Loads streams of records by {@code COPY BINARY}, in memory that does not grow with
 * their number. Thread-safe.
 *
 * @param <ID> type of the ids
 */
final class BulkLoader<ID> {

	private final VectorConnections connections;

	private final VectorTable table;

	private final List<RecordColumn> columns;

	private final WriteSql sql;

	private final LongSupplier nanoTime;

	/**
	 * Create a loader.
	 * @param nanoTime the time in nanoseconds since any moment
	 */
	BulkLoader(VectorConnections connections, VectorTable table, LongSupplier nanoTime) {
		this.connections = connections;
		this.table = table;
		this.columns = RecordColumn.of(table);
		this.sql = new WriteSql(table, this.columns);
		this.nanoTime = nanoTime;
	}

	/**
	 * Load records.
	 * @param records the records; closed when the load ends, however it ends
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options, @Nullable Object tenant) {
		try (records) {
			LoadClock clock = new LoadClock(this.nanoTime, options);
			RecordFeed feed = new RecordFeed(this.table, this.columns, options, clock, tenant);
			Iterator<VectorRecord<ID>> iterator = records.iterator();
			boolean staged = LoadSession.isStaged(this.table, options.mode());
			int fields = this.columns.size() + (staged ? 1 : 0);
			long rows = this.connections.write((connection) -> {
				try (LoadSession session = new LoadSession(connection, this.table, this.sql, options.mode(), tenant)) {
					feed.send(iterator, List.of(new CopyRows(session, fields)), staged);
					return session.finish();
				}
				catch (SQLException ex) {
					throw CopyFailure.withPosition(ex, this.table, feed::position);
				}
			});
			clock.finished(feed.sent());
			return new LoadResult(rows, clock.elapsed(), feed.rejected());
		}
	}

}
