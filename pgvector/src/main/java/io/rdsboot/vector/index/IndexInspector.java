package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.vector.index.VectorIndexCondition.Defect;
import io.rdsboot.vector.index.catalog.BuildRecord;
import io.rdsboot.vector.index.catalog.ExistingIndex;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.size.IndexSize;
import io.rdsboot.vector.table.VectorColumn;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Judges indexes on vectors by the server's statistics.
 */
final class IndexInspector {

	/**
	 * The number of rows of a partial index is known from the last ANALYZE. That of
	 * others is rows a page of the table as of then, times the pages of now.
	 */
	private static final String STATISTICS = """
			SELECT pg_relation_size(i.indexrelid),
				CASE WHEN i.indpred IS NOT NULL THEN x.reltuples
					WHEN t.reltuples > 0 AND t.relpages > 0 THEN t.reltuples / t.relpages
						* (pg_relation_size(t.oid) / current_setting('block_size')::int) * (1 - coalesce(s.null_frac, 0))
					ELSE t.reltuples END::bigint,
				pg_stat_get_live_tuples(t.oid), pg_stat_get_dead_tuples(t.oid), pg_stat_get_numscans(i.indexrelid)
			FROM pg_index i
			JOIN pg_class x ON x.oid = i.indexrelid
			JOIN pg_class t ON t.oid = i.indrelid
			JOIN pg_namespace n ON n.oid = t.relnamespace
			LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = ?
			WHERE i.indexrelid = to_regclass(?)""";

	private final Connection connection;

	private final Limits limits;

	IndexInspector(Connection connection, Limits limits) {
		this.connection = connection;
		this.limits = limits;
	}

	/**
	 * Return the condition of an index, or {@code null} if it is not there any more.
	 */
	@Nullable VectorIndexCondition inspect(IndexDefinition definition, ExistingIndex index) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(STATISTICS)) {
			statement.setString(1, definition.column());
			statement.setString(2, index.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? condition(definition, index.claims().built(), row) : null;
			}
		}
	}

	private VectorIndexCondition condition(IndexDefinition definition, @Nullable BuildRecord built, ResultSet row)
			throws SQLException {
		long size = row.getLong(1);
		long rows = row.getLong(2);
		long deadRows = row.getLong(4);
		VectorColumn column = definition.vector();
		long sizeWhenNew = (rows >= 0 && column != null) ? IndexSize.of(column, rows) : -1;
		Defect defect = null;
		if (this.limits.isTooLarge(size, sizeWhenNew)) {
			defect = Defect.TOO_LARGE;
		}
		else if (this.limits.isFullOfDeadRows(deadRows, row.getLong(3))) {
			defect = Defect.DEAD_ROWS;
		}
		else if (built != null && definition.method().equals("ivfflat") && this.limits.isOutgrown(rows, built.rows())) {
			defect = Defect.OUTGROWN;
		}
		return new VectorIndexCondition(DataSize.ofBytes(size),
				(sizeWhenNew >= 0) ? DataSize.ofBytes(sizeWhenNew) : null, rows, deadRows, row.getLong(5),
				(built != null) ? built.time() : null, (built != null) ? built.rows() : -1, defect);
	}

	/**
	 * From where on an index should be built anew.
	 *
	 * @param sizeFactor size of the index, in sizes of a new one
	 * @param leastExcess least size that is gained
	 * @param deadShare dead rows, in live rows; the server's own vacuum begins at 0.2
	 * @param leastDeadRows least number of dead rows
	 * @param growth rows of now, in rows of the last build
	 * @param leastAge least time between two builds
	 */
	record Limits(double sizeFactor, DataSize leastExcess, double deadShare, long leastDeadRows, double growth,
			Duration leastAge) {

		static final Limits DEFAULT = new Limits(2, DataSize.ofMegabytes(64), 0.5, 50_000, 4, Duration.ofDays(1));

		private boolean isTooLarge(long size, long sizeWhenNew) {
			return sizeWhenNew >= 0 && size > this.sizeFactor * sizeWhenNew
					&& size - sizeWhenNew > this.leastExcess.toBytes();
		}

		private boolean isFullOfDeadRows(long deadRows, long liveRows) {
			return deadRows > this.leastDeadRows && deadRows > this.deadShare * liveRows;
		}

		private boolean isOutgrown(long rows, long rowsWhenBuilt) {
			return rowsWhenBuilt > 0 && rows > this.growth * rowsWhenBuilt;
		}

	}

}
