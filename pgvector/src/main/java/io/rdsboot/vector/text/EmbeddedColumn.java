package io.rdsboot.vector.text;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorLimits;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Vector column and the model that makes its vectors, which are checked before anything
 * is stored or searched for. Immutable.
 *
 * @param table the table
 * @param column one of its vector columns
 * @param embedder the model
 */
record EmbeddedColumn(VectorTable table, VectorColumn column, TextEmbedder embedder) {

	EmbeddedColumn {
		Assert.notNull(embedder, "embedder must not be null");
		Assert.isTrue(column.type().javaType() == DenseVector.class,
				() -> "column %s of vector table %s is a %s, but embedding models make vectors of floats: declare it as vector or halfvec"
					.formatted(column.name(), table, column.type().sqlName()));
		embedder.dimensions()
			.ifPresent((dimensions) -> Assert.isTrue(dimensions == column.dimensions(),
					() -> "embedding model %s makes vectors of %d dimensions, but column %s of vector table %s has %d"
						.formatted(embedder.model(), dimensions, column.name(), table, column.dimensions())));
	}

	/**
	 * Return texts with a vector in this column. Those that have one keep it.
	 * @throws EmbeddingException if the model fails
	 */
	<ID> List<PendingText<ID>> embed(List<PendingText<ID>> texts) {
		List<PendingText<ID>> missing = texts.stream().filter((text) -> !isIn(text)).toList();
		Iterator<DenseVector> vectors = vectors(missing).iterator();
		return texts.stream().map((text) -> isIn(text) ? text : text.with(this.column.name(), vectors.next())).toList();
	}

	boolean isIn(PendingText<?> text) {
		return text.vectors().containsKey(this.column.name());
	}

	private List<DenseVector> vectors(List<? extends PendingText<?>> texts) {
		if (texts.isEmpty()) {
			return List.of();
		}
		List<float[]> made = ask(texts);
		if (made == null || made.size() != texts.size()) {
			throw failure("made %s for %d texts, of %s".formatted((made != null) ? made.size() + " vectors" : "no list",
					texts.size(), described(texts)), texts, null);
		}
		List<DenseVector> vectors = new ArrayList<>(texts.size());
		for (int i = 0; i < made.size(); i++) {
			List<? extends PendingText<?>> one = texts.subList(i, i + 1);
			vectors.add(checked(made.get(i), described(one), one));
		}
		return vectors;
	}

	private @Nullable List<float[]> ask(List<? extends PendingText<?>> texts) {
		try {
			return this.embedder.embed(texts.stream().map((text) -> text.record().text()).toList());
		}
		catch (RuntimeException ex) {
			throw failure("could not embed " + described(texts), texts, ex);
		}
	}

	/**
	 * Return the vector of a text to search for.
	 * @throws EmbeddingException if the model fails
	 */
	DenseVector embedQuery(String text) {
		float[] vector;
		try {
			vector = this.embedder.embedQuery(text);
		}
		catch (RuntimeException ex) {
			throw failure("could not embed the words to search for", List.of(), ex);
		}
		return checked(vector, "the words to search for", List.of());
	}

	private DenseVector checked(float @Nullable [] values, String what, List<? extends PendingText<?>> texts) {
		DenseVector vector = (values != null) ? new DenseVector(values) : null;
		String problem = VectorLimits.problem(this.column, vector);
		if (vector == null || problem != null) {
			throw failure("made a vector for %s that %s".formatted(what, problem), texts, null);
		}
		return vector;
	}

	EmbeddingException failure(String what, List<? extends PendingText<?>> texts, @Nullable Throwable cause) {
		String message = "Embedding model %s %s, for column %s of vector table %s%s".formatted(this.embedder.model(),
				what, this.column.name(), this.table, (cause != null) ? ": " + cause : "");
		return new EmbeddingException(message, this.embedder.model(),
				texts.stream().map((text) -> text.record().id()).toList(), cause);
	}

	static String described(List<? extends PendingText<?>> texts) {
		PendingText<?> first = texts.get(0);
		PendingText<?> last = texts.get(texts.size() - 1);
		return (texts.size() == 1) ? "record %d (id %s)".formatted(first.position(), first.record().id())
				: "records %d to %d (ids %s to %s)".formatted(first.position(), last.position(), first.record().id(),
						last.record().id());
	}

}
