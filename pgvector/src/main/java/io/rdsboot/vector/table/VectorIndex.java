package io.rdsboot.vector.table;

/**
 * Definition of the approximate index that a vector table should have. Immutable.
 */
public sealed interface VectorIndex {

	/**
	 * Return an HNSW index with pgvector's own defaults: {@code m} 16,
	 * {@code ef_construction} 64.
	 * @return the index definition
	 */
	static Hnsw hnsw() {
		return new Hnsw(16, 64);
	}

	/**
	 * Return no index: every search is an exact scan of the table.
	 * @return the index definition
	 */
	static None none() {
		return new None();
	}

	/**
	 * Return the index that fits the rows that the table has: none below 10,000.
	 * @return the index definition
	 */
	static Auto auto() {
		return new Auto(10_000);
	}

	/**
	 * HNSW index: a graph with good recall and no need for data at build time.
	 *
	 * @param m links of a node in each layer, from 2 to 100
	 * @param efConstruction candidates looked at while building, from 4 to 1000 and at
	 * least {@code 2 * m}
	 */
	record Hnsw(int m, int efConstruction) implements VectorIndex {

		public Hnsw {
			if (m < 2 || m > 100) {
				throw new IllegalArgumentException("m of an HNSW index must be between 2 and 100, but is " + m);
			}
			if (efConstruction < 4 || efConstruction > 1000 || efConstruction < 2 * m) {
				throw new IllegalArgumentException(
						"efConstruction of an HNSW index must be between 4 and 1000 and at least 2 * m (%d), but is %d"
							.formatted(2 * m, efConstruction));
			}
		}

	}

	/**
	 * IVFFlat index: quick to build and small. Its lists are drawn from the data that the
	 * table holds while it is built, so it is built only once there is data.
	 *
	 * @param lists number of lists, from 1 to 32768; a thousandth of the expected rows is
	 * a good start
	 */
	record IvfFlat(int lists) implements VectorIndex {

		public IvfFlat {
			if (lists < 1 || lists > 32768) {
				throw new IllegalArgumentException(
						"lists of an IVFFlat index must be between 1 and 32768, but is " + lists);
			}
		}

	}

	/**
	 * No index.
	 */
	record None() implements VectorIndex {

	}

	/**
	 * The index that fits the rows that the table has when it is built: an HNSW index of
	 * the vectors as they are, or of smaller ones where the server does not have the
	 * memory to build that, or else an IVFFlat index. An index that is there already
	 * serves, whatever its type.
	 *
	 * @param minRows number of rows from which on there is an index, at least 1; fewer
	 * are read by every search
	 */
	record Auto(int minRows) implements VectorIndex {

		public Auto {
			if (minRows < 1) {
				throw new IllegalArgumentException(
						"minRows of an index that is chosen must be at least 1, but is " + minRows);
			}
		}

	}

}
