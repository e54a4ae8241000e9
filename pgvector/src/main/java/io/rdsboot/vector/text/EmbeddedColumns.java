package io.rdsboot.vector.text;

import java.util.List;

import io.rdsboot.vector.VectorRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vector columns of a table that texts are embedded for. Immutable.
 *
 * @param written columns that are written, the main one among them
 * @param pending column that is written if its model does not fail, because somebody else
 * looks for rows that lack it, or {@code null}
 * @param searched column that is searched
 */
record EmbeddedColumns(List<EmbeddedColumn> written, @Nullable EmbeddedColumn pending, EmbeddedColumn searched) {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedColumns.class);

	EmbeddedColumns {
		written = List.copyOf(written);
	}

	static EmbeddedColumns of(EmbeddedColumn main) {
		return new EmbeddedColumns(List.of(main), null, main);
	}

	/**
	 * Return the columns while another one is being filled.
	 */
	static EmbeddedColumns before(EmbeddedColumn main, EmbeddedColumn next) {
		return new EmbeddedColumns(List.of(main), next, main);
	}

	/**
	 * Return the columns once another one has been filled. The main one is the way back.
	 */
	static EmbeddedColumns after(EmbeddedColumn main, EmbeddedColumn next) {
		return new EmbeddedColumns(List.of(main, next), null, next);
	}

	/**
	 * Return whether a text has a vector in each column that must have one.
	 */
	boolean areIn(PendingText<?> text) {
		return this.written.stream().allMatch((column) -> column.isIn(text));
	}

	/**
	 * Return texts as records with a vector in each column that is written.
	 * @param embedding embeds texts for a column
	 * @throws EmbeddingException if a model fails
	 */
	<ID> List<VectorRecord<ID>> embed(List<PendingText<ID>> texts, Embedding<ID> embedding) {
		List<PendingText<ID>> embedded = texts;
		for (EmbeddedColumn column : this.written) {
			embedded = embedding.embed(column, embedded);
		}
		if (this.pending != null) {
			embedded = embedIfPossible(this.pending, embedded);
		}
		return embedded.stream().map((text) -> text.toRecord(this.searched.table())).toList();
	}

	private static <ID> List<PendingText<ID>> embedIfPossible(EmbeddedColumn column, List<PendingText<ID>> texts) {
		try {
			return column.embed(texts);
		}
		catch (EmbeddingException ex) {
			logger.debug("Texts are stored without a vector that is not searched yet", ex);
			return texts;
		}
	}

	/**
	 * How texts are embedded for a column: by one call, or by several until one succeeds.
	 *
	 * @param <ID> type of the ids
	 */
	@FunctionalInterface
	interface Embedding<ID> {

		List<PendingText<ID>> embed(EmbeddedColumn column, List<PendingText<ID>> texts);

	}

}
