package io.rdsboot.benchmarks.vector.data;

import java.util.List;

/**
 * Vectors to store, and vectors of the same kind to search for.
 *
 * @param name of the kind
 * @param rows what is stored, in an order that says nothing
 * @param queries what is searched for; none of them is stored
 */
public record HeldOutVectors(String name, List<float[]> rows, List<float[]> queries) {

	/**
	 * Draws vectors.
	 * @param shape of the data
	 * @param queries number of vectors to search for
	 */
	public static HeldOutVectors drawn(DataShape shape, int queries) {
		VectorData data = new VectorData(shape);
		return new HeldOutVectors("%d of %d dimensions".formatted(shape.intrinsicDimensions(), shape.dimensions()),
				data.rows().map(Row::embedding).toList(), data.queries(queries).stream().map(Query::vector).toList());
	}

	/**
	 * Embeds definitions of a dictionary.
	 * @param rows number of vectors to store, at most
	 * @param queries number of vectors to search for
	 */
	public static HeldOutVectors ofDefinitions(int rows, int queries) {
		List<float[]> vectors = Definitions.embedded(rows + queries);
		int stored = vectors.size() - queries;
		return new HeldOutVectors("%,d definitions".formatted(stored), vectors.subList(0, stored),
				vectors.subList(stored, vectors.size()));
	}

}
