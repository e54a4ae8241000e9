package io.rdsboot.vector.index.size;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.type.ElementType;

/**
 * Size that an index on vectors has when it has just been built.
 *
 * <p>
 * An HNSW index has a tuple for each vector and one for its links, on the same page where
 * both fit. An IVFFlat index has a chain of pages for each list. Pages are those of a
 * server with the usual block size of 8 KiB.
 *
 * @see <a href="https://github.com/pgvector/pgvector/blob/master/src/hnsw.h">The tuples
 * of HNSW in pgvector</a>
 * @see <a href="https://github.com/pgvector/pgvector/blob/master/src/ivfflat.h">The
 * tuples of IVFFlat in pgvector</a>
 */
public final class IndexSize {

	private static final int PAGE = 8192;

	/**
	 * Without the header of the page and what pgvector keeps at its end.
	 */
	private static final int USABLE = 8160;

	private static final int LINE_POINTER = 4;

	/**
	 * Header of an HNSW element, with room for ten rows of equal vectors.
	 */
	private static final int HNSW_ELEMENT = 72;

	private static final int HNSW_LINKS = 4;

	/**
	 * On the lowest layer, which has all rows, a row has two links for each of {@code m},
	 * of six bytes each.
	 */
	private static final int HNSW_BYTES_FOR_M = 12;

	private static final int INDEX_TUPLE = 8;

	private static final int IVFFLAT_LIST = 8;

	private IndexSize() {
	}

	/**
	 * Return the size of a column's index.
	 * @param rows rows that it holds
	 * @return bytes, or -1 if the size cannot be told from the number of rows
	 */
	public static long of(VectorColumn column, long rows) {
		if (column.type() == ElementType.SPARSEVEC) {
			return -1;
		}
		if (column.index() instanceof VectorIndex.Hnsw hnsw) {
			return PAGE * (1 + hnswPages(BuildMemory.vectorSize(column), hnsw.m(), rows));
		}
		return (column.index() instanceof VectorIndex.IvfFlat ivfFlat)
				? PAGE * (1 + ivfFlatPages(BuildMemory.vectorSize(column), ivfFlat.lists(), rows)) : -1;
	}

	private static long hnswPages(long vectorSize, int m, long rows) {
		long element = BuildMemory.aligned(HNSW_ELEMENT + vectorSize) + LINE_POINTER;
		long links = BuildMemory.aligned(HNSW_LINKS + (long) HNSW_BYTES_FOR_M * m) + LINE_POINTER;
		if (element + links > USABLE) {
			return 2 * rows;
		}
		long onePage = USABLE / (element + links);
		// One row of m is on a higher layer too, and has more links. Where the page has
		// no
		// room for them, it holds one row less.
		long moreLinks = HNSW_BYTES_FOR_M / 2 * (long) m;
		boolean roomForMore = USABLE - onePage * (element + links) >= moreLinks;
		double less = roomForMore ? 0 : 1 - Math.pow(1 - 1.0 / m, (double) onePage);
		return (long) Math.ceil((double) rows / Math.max(1, (double) onePage - less));
	}

	private static long ivfFlatPages(long vectorSize, int lists, long rows) {
		long row = BuildMemory.aligned(INDEX_TUPLE + vectorSize) + LINE_POINTER;
		long list = BuildMemory.aligned(IVFFLAT_LIST + vectorSize) + LINE_POINTER;
		// The last page of each list is half full on average.
		return pages(lists, list) + Math.max(lists, pages(rows, row) + lists / 2);
	}

	private static long pages(long tuples, long size) {
		long onePage = USABLE / size;
		return (tuples + onePage - 1) / onePage;
	}

}
