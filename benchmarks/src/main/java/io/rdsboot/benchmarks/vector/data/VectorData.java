package io.rdsboot.benchmarks.vector.data;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows and queries of one {@link DataShape}, made on demand, the same in every run.
 * Thread-safe.
 */
public final class VectorData {

	private static final long SEED = 20_000_384;

	private final DataShape shape;

	private final VectorSpace space;

	private final Texts texts;

	public VectorData(DataShape shape) {
		this.shape = shape;
		this.space = new VectorSpace(shape, SEED);
		this.texts = new Texts(SEED, shape.texts());
	}

	public DataShape shape() {
		return this.shape;
	}

	/**
	 * Returns the rows, in an order in which neighbours belong to different cells. They
	 * are made one by one, while the stream is read.
	 */
	public Stream<Row> rows() {
		return IntStream.range(0, this.shape.rows()).mapToObj(this::row);
	}

	private Row row(int number) {
		Cell cell = new Cell(number % Cell.COUNT);
		return new Row(number, cell, this.space.vector(cell, number), this.texts.content(cell, number));
	}

	/**
	 * Returns queries from all over the data. None has the vector of a row.
	 * @param count how many
	 */
	public List<Query> queries(int count) {
		return queries(count, this.texts::commonWords);
	}

	/**
	 * Returns queries with the same vectors, whose words fewer rows have.
	 * @param count how many
	 */
	public List<Query> rarerQueries(int count) {
		return queries(count, this.texts::rarerWords);
	}

	private List<Query> queries(int count, LongFunction<String> text) {
		SplittableRandom random = new SplittableRandom(SEED);
		return IntStream.range(0, count).mapToObj((number) -> {
			Cell cell = new Cell(random.nextInt(Cell.COUNT));
			return new Query(number, cell, this.space.vector(cell, (long) this.shape.rows() + number),
					text.apply(number));
		}).toList();
	}

}
