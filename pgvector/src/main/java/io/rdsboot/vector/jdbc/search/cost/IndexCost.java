package io.rdsboot.vector.jdbc.search.cost;

/**
 * Cost of a scan of a vector index, in rows that an exact search reads and compares.
 * Immutable.
 *
 * <p>
 * An exact search costs as many as fulfil the filter. A scan of an HNSW index first finds
 * the {@code ef_search} elements that are nearest, and goes on from those that it has
 * found. For each element it computes the distances of its neighbours, of which about
 * {@code 8} are new. Each of these takes one and a half times as long as a row that is
 * compared. IVFFlat reads its lists one page after the other, which takes half of what
 * rows take that are read by the index of a key.
 *
 * <p>
 * The constants were measured with 100,000 and 1,000,000 vectors of 384 dimensions; they
 * are ratios, so a faster machine changes them little. Decision record 29 has the
 * figures.
 *
 * @param start cost of a scan that yields nothing
 * @param each cost of each element that is yielded
 * @param least elements that it costs nothing more to yield
 */
public record IndexCost(double start, double each, double least) {

	/**
	 * Distances that are computed for each element of an HNSW index with the default
	 * {@code m}. {@code hnsw.max_scan_tuples} counts these.
	 */
	private static final double DISTANCES = 8;

	/**
	 * Cost of each of these distances.
	 */
	private static final double DISTANCE = 1.5;

	/**
	 * Cost of an element of an IVFFlat index.
	 */
	private static final double LISTED = 0.5;

	/**
	 * Cost of a row that is read because no index serves the filter, and not compared.
	 */
	public static final double SKIPPED = 0.3;

	/**
	 * Return the cost of an HNSW index.
	 * @param indexedRows rows that are in the index
	 */
	public static IndexCost hnsw(int efSearch, long indexedRows) {
		double first = Math.min(efSearch, indexedRows);
		return new IndexCost(DISTANCE * DISTANCES * first, DISTANCE * DISTANCES, first);
	}

	/**
	 * Return the cost of an IVFFlat index.
	 * @param share share of the lists that is read
	 * @param indexedRows rows that are in the index
	 */
	public static IndexCost ivfFlat(double share, long indexedRows) {
		return new IndexCost(0, LISTED, Math.min(1, share) * indexedRows);
	}

	/**
	 * Return what it costs until a scan has yielded as many elements.
	 */
	public double of(double elements) {
		return this.start + this.each * Math.max(this.least, elements);
	}

	/**
	 * Return the cost of a scan whose first elements are enough.
	 */
	public double ofFirst() {
		return of(0);
	}

	/**
	 * Return how many elements a scan yields at a cost.
	 */
	public double elementsFor(double cost) {
		return Math.max(this.least, (cost - this.start) / this.each);
	}

	/**
	 * Return {@code hnsw.max_scan_tuples} that ends a scan at a cost.
	 */
	public static double scanTuplesFor(double cost) {
		return cost / DISTANCE;
	}

	/**
	 * Return the cost at which {@code hnsw.max_scan_tuples} ends a scan.
	 */
	public static double costOfScanTuples(int maxScanTuples) {
		return maxScanTuples * DISTANCE;
	}

	/**
	 * Return how many rows may fulfil the filter before the index is the cheaper way to
	 * find some of them: the number of which an exact search costs the same.
	 * @param wanted rows that the index has to find
	 * @param indexedRows rows that are in the index
	 * @param remoteness how many more elements lie between two rows of the filter than if
	 * they were spread evenly
	 */
	public double turningPoint(int wanted, long indexedRows, double remoteness) {
		double spread = this.each * wanted * indexedRows * remoteness;
		return Math.max(ofFirst(), (this.start + Math.sqrt(this.start * this.start + 4 * spread)) / 2);
	}

}
