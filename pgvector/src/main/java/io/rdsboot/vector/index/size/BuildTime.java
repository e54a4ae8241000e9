package io.rdsboot.vector.index.size;

import java.time.Duration;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;

/**
 * Time that the server takes to build an index with the memory that it needs and two
 * workers. Within a factor of two on servers of the 2020s: fitted to builds of 30,000 to
 * 1,000,000 rows by pgvector 0.8 on two cores.
 *
 * <p>
 * An HNSW graph takes a search of it for each row, which compares the more vectors the
 * more links and candidates there are, and the more rows. IVFFlat compares each row with
 * each center, after k-means has found these with 50 rows a list.
 */
public final class BuildTime {

	/**
	 * Seconds for a row at {@code m} 16 and {@code ef_construction} 64, in a graph of
	 * {@link #HNSW_ROWS}, apart from what the length of the vectors takes.
	 */
	private static final double HNSW_ROW = 0.25e-3;

	private static final double HNSW_BYTE = 110e-9;

	private static final double HNSW_ROWS = 50_000;

	private static final double HNSW_M_EXPONENT = 0.55;

	private static final double HNSW_EF_EXPONENT = 0.6;

	private static final double IVFFLAT_ROW = 1e-5;

	private static final double IVFFLAT_ASSIGNED_VALUE = 0.45e-9;

	private static final double IVFFLAT_SAMPLED_VALUE = 0.3e-9;

	private static final int IVFFLAT_SAMPLES_OF_LIST = 50;

	private BuildTime() {
	}

	/**
	 * Return the time of a build.
	 * @param column the column with its index
	 * @param rows rows that the index will hold
	 * @return the time, zero for a column without index
	 */
	public static Duration of(VectorColumn column, long rows) {
		if (column.index() instanceof VectorIndex.Hnsw hnsw) {
			double row = HNSW_ROW + HNSW_BYTE * BuildMemory.vectorSize(column);
			return seconds(rows * row * Math.pow(hnsw.m() / 16.0, HNSW_M_EXPONENT)
					* Math.pow(hnsw.efConstruction() / 64.0, HNSW_EF_EXPONENT) * Math.log((double) Math.max(2, rows))
					/ Math.log(HNSW_ROWS));
		}
		if (column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			double values = (double) ivfFlat.lists() * column.dimensions();
			return seconds(rows * (IVFFLAT_ROW + values * IVFFLAT_ASSIGNED_VALUE)
					+ IVFFLAT_SAMPLES_OF_LIST * ivfFlat.lists() * values * IVFFLAT_SAMPLED_VALUE);
		}
		return Duration.ZERO;
	}

	private static Duration seconds(double seconds) {
		return Duration.ofMillis(Math.round(1000 * seconds));
	}

}
