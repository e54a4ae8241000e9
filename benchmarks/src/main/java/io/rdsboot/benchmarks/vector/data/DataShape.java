package io.rdsboot.benchmarks.vector.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Size of the data, and how its vectors lie: in a space of few dimensions, clusters of
 * clusters, with a little noise in all directions.
 *
 * @param rows number of rows
 * @param dimensions of the vectors
 * @param intrinsicDimensions dimensions of the space that the vectors would lie in
 * without noise; the more, the harder an approximate index finds the nearest
 * @param noise length of the noise, as a share of the distance within a cluster
 * @param texts length of the rows' texts
 */
public record DataShape(int rows, int dimensions, int intrinsicDimensions, double noise, TextLength texts) {

	/** Small embeddings, as of sentence transformers. */
	public static final DataShape SMALL = new DataShape(20_000, 384, 32, 0.5, TextLength.PASSAGE);

	/** Large embeddings, as of OpenAI. */
	public static final DataShape LARGE = new DataShape(10_000, 1536, 44, 0.5, TextLength.PASSAGE);

	/**
	 * Returns the shapes whose vectors have the given dimensions.
	 * @param dimensions numbers, separated by commas, or nothing for all shapes
	 * @throws IllegalArgumentException if there is no such shape
	 */
	public static Set<DataShape> named(String dimensions) {
		Map<String, DataShape> shapes = new LinkedHashMap<>();
		List.of(SMALL, LARGE).forEach((shape) -> shapes.put(String.valueOf(shape.dimensions()), shape));
		return Choice.of("size of vectors", dimensions, shapes);
	}

	public DataShape withRows(int number) {
		return new DataShape(number, this.dimensions, this.intrinsicDimensions, this.noise, this.texts);
	}

	public DataShape withIntrinsicDimensions(int number) {
		return new DataShape(this.rows, this.dimensions, number, this.noise, this.texts);
	}

	public DataShape withTexts(TextLength length) {
		return new DataShape(this.rows, this.dimensions, this.intrinsicDimensions, this.noise, length);
	}

	@Override
	public String toString() {
		String texts = (this.texts == TextLength.PASSAGE) ? ""
				: ", each a " + this.texts.name().toLowerCase(Locale.ROOT);
		return "%,d x %,d%s".formatted(this.rows, this.dimensions, texts);
	}

}
