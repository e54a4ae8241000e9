package io.rdsboot.vector.index.size;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;

/**
 * Memory with which the server builds an index at full speed.
 *
 * <p>
 * An HNSW graph is built in memory. Once it no longer fits, each further row is inserted
 * into the index on disk, which takes several times as long. IVFFlat finds the centers of
 * its lists in memory, and refuses to be built with less.
 *
 * @see <a href="https://github.com/pgvector/pgvector/blob/master/src/hnswutils.c">The
 * sizes of a graph's elements in pgvector</a>
 * @see <a href="https://github.com/pgvector/pgvector/blob/master/src/ivfkmeans.c">What
 * pgvector's k-means allocates</a>
 */
public final class BuildMemory {

	/**
	 * Bytes for each row beside its vector and its links: the element, its lists of
	 * neighbours and the allocator's headers. Measured with pgvector 0.8 at 96, 384 and
	 * 768 dimensions, from the number of rows at which the server reports that the graph
	 * no longer fits.
	 */
	private static final int HNSW_ROW = 260;

	/**
	 * Bytes of a link. On the lowest layer, which has all rows, a row has twice
	 * {@code m}.
	 */
	private static final int HNSW_LINK = 16;

	/**
	 * The block that is not full yet, and what a parallel build keeps for other things.
	 */
	private static final long HNSW_FIXED = 4L << 20;

	/**
	 * For rows that are written during the build, and what the sums miss.
	 */
	private static final double MARGIN = 1.05;

	private static final int LEAST_SAMPLES = 10_000;

	private static final int SAMPLES_OF_LIST = 50;

	/**
	 * Non-zero elements that an indexed sparse vector can have.
	 */
	private static final int MAX_NON_ZERO = 1000;

	private BuildMemory() {
	}

	/**
	 * Return the memory that the build of a column's index needs.
	 * @param rows rows that it will hold
	 * @return bytes
	 */
	public static long needed(VectorColumn column, long rows) {
		if (column.index() instanceof VectorIndex.Hnsw hnsw) {
			return hnsw(vectorSize(column), hnsw.m(), rows);
		}
		return (column.index() instanceof VectorIndex.IvfFlat ivfFlat)
				? ivfFlat(vectorSize(column), column.dimensions(), ivfFlat.lists(), rows) : 0;
	}

	private static long hnsw(long vectorSize, int m, long rows) {
		return (long) (MARGIN * rows * (HNSW_ROW + 2L * m * HNSW_LINK + aligned(vectorSize))) + HNSW_FIXED;
	}

	private static long ivfFlat(long vectorSize, int dimensions, long lists, long rows) {
		// There is room for all samples, however few rows there are.
		long samples = Math.max(LEAST_SAMPLES, SAMPLES_OF_LIST * lists);
		long vectors = (samples + 2 * lists) * aligned(vectorSize) + lists * dimensions * Float.BYTES;
		long sampled = Math.min(rows, samples);
		long distances = (sampled * lists + lists * lists + 2 * sampled + 3 * lists) * Float.BYTES;
		return (long) (MARGIN * (vectors + distances));
	}

	/**
	 * Return the size of a vector as the index holds it.
	 */
	static long vectorSize(VectorColumn column) {
		return switch (column.quantization()) {
			case NONE -> storedSize(column);
			case HALF -> halves(column.dimensions());
			case BINARY -> bits(column.dimensions());
		};
	}

	/**
	 * Return the size of a vector as the table holds it.
	 */
	public static long storedSize(VectorColumn column) {
		int dimensions = column.dimensions();
		return switch (column.type()) {
			case VECTOR -> 8 + 4L * dimensions;
			case HALFVEC -> halves(dimensions);
			case BIT -> bits(dimensions);
			case SPARSEVEC -> 16 + 8L * Math.min(dimensions, MAX_NON_ZERO);
		};
	}

	private static long halves(int dimensions) {
		return 8 + 2L * dimensions;
	}

	private static long bits(int dimensions) {
		return 8L + dimensions / 8;
	}

	static long aligned(long size) {
		return (size + 7) / 8 * 8;
	}

}
