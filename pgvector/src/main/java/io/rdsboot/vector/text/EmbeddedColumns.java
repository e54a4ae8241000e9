package io.rdsboot.vector.text;

import java.util.List;

import io.rdsboot.vector.VectorRecord;

/**
 * Vector columns of a table that texts are embedded for. Immutable.
 *
 * @param written columns that are written, the main one among them
 * @param searched column that is searched
 */
record EmbeddedColumns(List<EmbeddedColumn> written, EmbeddedColumn searched) {

	EmbeddedColumns {
		written = List.copyOf(written);
	}

	/**
	 * Return whether a text has a vector in each column that is written.
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
		return embedded.stream().map((text) -> text.toRecord(this.searched.table())).toList();
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
