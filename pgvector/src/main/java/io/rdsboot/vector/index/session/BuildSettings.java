package io.rdsboot.vector.index.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.index.size.BuildMemory;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Memory and workers with which one index on vectors is built. The server's own are made
 * for the indexes of ordinary columns.
 *
 * @param rows rows of the table, estimated
 * @param needed bytes with which the server builds at full speed
 * @param allowed bytes that the build may take
 * @param before what the session had before, as statements
 * @param ownMemory bytes that the session had before
 * @param workers processes that help, or {@code null} for the server's own number
 */
public record BuildSettings(long rows, long needed, long allowed, String before, long ownMemory,
		@Nullable Integer workers) {

	/**
	 * A quarter of the memory that the server has for its tables and indexes. Amazon RDS
	 * derives {@code effective_cache_size} from the class of the instance.
	 */
	private static final int MEMORY_SHARE = 4;

	/**
	 * Rows a page as of the last ANALYZE, times the pages of now. Statistics may be
	 * missing, after a failover for example: then the size of the table tells the number
	 * of rows.
	 */
	private static final String SERVER = """
			SELECT pg_size_bytes(current_setting('maintenance_work_mem')),
				pg_size_bytes(current_setting('effective_cache_size')),
				format('SET maintenance_work_mem = %L; SET max_parallel_maintenance_workers = %L; '
					|| 'SET min_parallel_table_scan_size = %L', current_setting('maintenance_work_mem'),
					current_setting('max_parallel_maintenance_workers'),
					current_setting('min_parallel_table_scan_size')),
				CASE WHEN c.reltuples > 0 AND c.relpages > 0
					THEN c.reltuples / c.relpages * (pg_relation_size(c.oid) / current_setting('block_size')::int)
					ELSE pg_stat_get_live_tuples(c.oid) END::bigint, pg_table_size(c.oid)
			FROM pg_class c WHERE c.oid = to_regclass(?)""";

	/**
	 * Bytes of a row beside its vector, at least.
	 */
	private static final int LEAST_ROW = 32;

	private static final int KIBIBYTE = 1 << 10;

	private static final int MEBIBYTE = 1 << 20;

	/**
	 * A graph of less is built in seconds.
	 */
	private static final int LEAST_FOR_WORKERS = 32 * MEBIBYTE;

	/**
	 * Return the settings for an index on vectors of a table that exists.
	 */
	public static BuildSettings of(VectorTable table, VectorColumn column, BuildLimits limits, Connection connection)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(SERVER)) {
			statement.setString(1, table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					throw new SQLException("table %s does not exist".formatted(table));
				}
				long own = row.getLong(1);
				long counted = row.getLong(4);
				long rows = (counted > 0) ? counted : row.getLong(5) / (LEAST_ROW + BuildMemory.storedSize(column));
				DataSize maxMemory = limits.maxMemory();
				long allowed = (maxMemory != null) ? maxMemory.toBytes() : Math.max(row.getLong(2) / MEMORY_SHARE, own);
				return new BuildSettings(rows, BuildMemory.needed(column, rows), allowed, row.getString(3), own,
						limits.workers());
			}
		}
	}

	/**
	 * Return the settings to try, as statements, the fastest ones first. Workers need
	 * their memory as shared memory, which containers limit.
	 */
	public List<String> attempts() {
		String memory = "SET maintenance_work_mem = '%dkB'; ".formatted(memory() / KIBIBYTE);
		List<String> attempts = new ArrayList<>();
		if (this.workers == null || this.workers > 0) {
			attempts.add(memory + workersStatements());
		}
		attempts.add(memory + "SET max_parallel_maintenance_workers = 0");
		if (memory() > this.ownMemory) {
			attempts.add(this.before + "; SET max_parallel_maintenance_workers = 0");
		}
		return attempts;
	}

	/**
	 * The planner grants workers by the size of the table, from which vectors that are
	 * stored out of line are missing. It may do so where the graph is small.
	 */
	private String workersStatements() {
		return ((this.needed >= LEAST_FOR_WORKERS) ? "SET min_parallel_table_scan_size = 0; " : "")
				+ ((this.workers != null) ? "SET max_parallel_maintenance_workers = " + this.workers : "");
	}

	private long memory() {
		return Math.min(Math.max(this.needed, this.ownMemory), this.allowed);
	}

	/**
	 * Whether the build has less memory than it needs.
	 */
	public boolean isShort() {
		return this.needed > memory();
	}

	/**
	 * Return what the build needs and has.
	 */
	public String memoryText() {
		return "it needs about %d MB of memory to be built at full speed, and may take %d MB"
			.formatted(this.needed / MEBIBYTE, memory() / MEBIBYTE);
	}

}
