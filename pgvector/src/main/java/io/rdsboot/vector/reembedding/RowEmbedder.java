package io.rdsboot.vector.reembedding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.rdsboot.vector.reembedding.RowsWithoutVector.Row;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorLimits;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.type.DenseVector;

/**
 * Embeds rows in batches, and tells those that the model refuses from a model that does
 * not answer. Not thread-safe.
 */
final class RowEmbedder {

	/**
	 * A text that every model can embed.
	 */
	private static final String PROBE = "text";

	private final TextEmbedder embedder;

	private final VectorColumn column;

	RowEmbedder(TextEmbedder embedder, VectorColumn column) {
		this.embedder = embedder;
		this.column = column;
	}

	/**
	 * Embed rows.
	 * @throws RuntimeException if the model embeds nothing
	 */
	Result embed(List<Row> rows) {
		List<Row> texts = rows.stream().filter((row) -> row.content() != null).toList();
		List<Refusal> refused = new ArrayList<>();
		rows.stream()
			.filter((row) -> row.content() == null)
			.forEach((row) -> refused.add(new Refusal(row, "it has no text")));
		try {
			return new Result(texts, vectors(texts), refused);
		}
		catch (RuntimeException ex) {
			return embedApart(texts, refused, ex);
		}
	}

	private Result embedApart(List<Row> rows, List<Refusal> refused, RuntimeException failure) {
		List<Row> embedded = new ArrayList<>();
		List<float[]> vectors = new ArrayList<>();
		for (Row row : rows) {
			try {
				vectors.add(vectors(List.of(row)).get(0));
				embedded.add(row);
			}
			catch (RuntimeException ex) {
				if (embedded.isEmpty() && !answers()) {
					throw failure;
				}
				refused.add(new Refusal(row, String.valueOf(ex.getMessage())));
			}
		}
		return new Result(embedded, vectors, refused);
	}

	private boolean answers() {
		try {
			return this.embedder.embed(List.of(PROBE)).size() == 1;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private List<float[]> vectors(List<Row> rows) {
		if (rows.isEmpty()) {
			return List.of();
		}
		List<float[]> vectors = this.embedder
			.embed(rows.stream().map((row) -> Objects.requireNonNull(row.content())).toList());
		if (vectors.size() != rows.size()) {
			throw new IllegalStateException("model %s made %d vectors of %d texts".formatted(this.embedder.model(),
					vectors.size(), rows.size()));
		}
		for (int i = 0; i < rows.size(); i++) {
			float[] vector = vectors.get(i);
			String problem = VectorLimits.problem(this.column, (vector != null) ? new DenseVector(vector) : null);
			if (problem != null) {
				throw new IllegalStateException("model %s made a vector for the row '%s' that %s"
					.formatted(this.embedder.model(), rows.get(i).id(), problem));
			}
		}
		return vectors;
	}

	/**
	 * What became of some rows.
	 *
	 * @param embedded rows that have been embedded
	 * @param vectors their vectors
	 * @param refused rows that cannot be embedded
	 */
	record Result(List<Row> embedded, List<float[]> vectors, List<Refusal> refused) {

	}

	/**
	 * Row that cannot be embedded.
	 *
	 * @param row the row
	 * @param reason why not
	 */
	record Refusal(Row row, String reason) {

	}

}
