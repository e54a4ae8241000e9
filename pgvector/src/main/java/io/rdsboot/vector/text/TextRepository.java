package io.rdsboot.vector.text;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.table.VectorTable;

/**
 * Texts of a vector table, stored and found without vectors of the caller's: an embedding
 * model makes them. Thread-safe, if the model is.
 *
 * <p>
 * The model is asked before anything is sent to the database, and no method opens a
 * transaction meanwhile. A transaction of the caller's that has used its connection keeps
 * it, though, for as long as the model takes: {@link #embed} before the transaction
 * begins, and store within it.
 *
 * <p>
 * {@link #upsert} and searches ask the model once for each batch and do not repeat a call
 * that failed. {@link #load} does.
 *
 * @param <ID> type of the ids: {@link java.util.UUID}, {@link String}, {@link Long} or
 * {@link Integer}
 */
public interface TextRepository<ID> {

	/**
	 * Greatest number of characters of a text. No embedding model takes as much.
	 */
	int MAX_CHARACTERS = 1_000_000;

	/**
	 * Return the texts of a repository.
	 * @param <ID> type of the ids
	 * @param vectors the repository, whose table has a content column
	 * @param embedder what makes the vectors of its main vector column
	 * @return the texts
	 * @throws IllegalArgumentException if the table has no content column, or its main
	 * vector column holds other vectors than the model makes
	 */
	static <ID> TextRepository<ID> of(VectorRepository<ID> vectors, TextEmbedder embedder) {
		EmbeddedColumns columns = EmbeddedColumns
			.of(new EmbeddedColumn(vectors.table(), vectors.table().embedding(), embedder));
		return new EmbeddingTextRepository<>(vectors, () -> columns);
	}

	/**
	 * Return the texts of a repository whose embedding model is being changed. Until the
	 * next column is complete, its model may fail: texts are stored without its vector
	 * then. After that, both models must succeed, and searches use the next column.
	 * @param <ID> type of the ids
	 * @param vectors the repository, whose table has a content column
	 * @param embedder what makes the vectors of its main vector column
	 * @param next another vector column and what makes its vectors, such as a
	 * {@code io.rdsboot.vector.reembedding.Reembedding}
	 * @return the texts
	 * @throws IllegalArgumentException if the table has no content column, or one of the
	 * columns holds other vectors than its model makes
	 */
	static <ID> TextRepository<ID> of(VectorRepository<ID> vectors, TextEmbedder embedder, NextEmbedding next) {
		VectorTable table = vectors.table();
		EmbeddedColumn main = new EmbeddedColumn(table, table.embedding(), embedder);
		EmbeddedColumn following = new EmbeddedColumn(table, table.vector(next.column()), next.embedder());
		EmbeddedColumns before = EmbeddedColumns.before(main, following);
		EmbeddedColumns after = EmbeddedColumns.after(main, following);
		return new EmbeddingTextRepository<>(vectors, () -> next.isComplete() ? after : before);
	}

	/**
	 * Embed a text and store it, in place of the row that has its id.
	 * @param id primary key
	 * @param text the text
	 * @throws io.rdsboot.vector.InvalidVectorRecordException if the text cannot be stored
	 * @throws EmbeddingException if the model fails
	 */
	default void upsert(ID id, String text) {
		upsert(id, text, Map.of());
	}

	/**
	 * Embed a text and store it, in place of the row that has its id.
	 * @param id primary key
	 * @param text the text
	 * @param metadata what is known about the text
	 * @throws io.rdsboot.vector.InvalidVectorRecordException if the record cannot be
	 * stored
	 * @throws EmbeddingException if the model fails
	 */
	default void upsert(ID id, String text, Map<String, Object> metadata) {
		upsert(List.of(new TextRecord<>(id, text, metadata)));
	}

	/**
	 * Embed texts and store them, in place of the rows that have their ids, all or none.
	 * Where an id occurs more than once, the last one wins. All vectors are in memory at
	 * the same time; to store many texts, {@link #load} them.
	 * @param records the texts
	 * @throws io.rdsboot.vector.InvalidVectorRecordException if one of the records cannot
	 * be stored; the model has not been asked then, unless only the server could tell
	 * @throws EmbeddingException if the model fails
	 */
	default void upsert(Collection<TextRecord<ID>> records) {
		vectors().upsert(embed(records));
	}

	/**
	 * Embed texts and store them batch by batch, in place of the rows that have their
	 * ids, in memory that does not grow with their number. Where an id occurs more than
	 * once, the last one wins. Calls of the model that fail are repeated, within limits.
	 * <p>
	 * The load can be repeated: it replaces what it has stored, or with
	 * {@link TextLoadOptions#skipUnchanged()} leaves it alone. The models are called on
	 * threads of the load's own; all else happens on the caller's.
	 * @param records the texts; closed when the load ends, however it ends
	 * @param options sizes of batches, attempts, parallel calls, progress
	 * @return what was done
	 * @throws TextLoadException if the load stops before its end; it says what has been
	 * stored
	 * @throws org.springframework.transaction.IllegalTransactionStateException within a
	 * transaction, which would hold a connection as long as the load takes
	 */
	TextLoadResult load(Stream<TextRecord<ID>> records, TextLoadOptions options);

	/**
	 * Embed texts without storing them, so that {@link #vectors()} can, in a transaction
	 * with other writes.
	 * @param records the texts
	 * @return a record with vectors for each, in their order
	 * @throws io.rdsboot.vector.InvalidVectorRecordException if one of the records cannot
	 * be stored; the model has not been asked then
	 * @throws EmbeddingException if the model fails
	 */
	List<VectorRecord<ID>> embed(Collection<TextRecord<ID>> records);

	/**
	 * Return the 10 rows whose texts are nearest in meaning.
	 * @param words what to search for: words, a question or a text
	 * @return the rows, nearest first
	 * @throws IllegalArgumentException if the words are blank
	 * @throws EmbeddingException if the model fails
	 */
	default List<VectorMatch<ID>> search(String words) {
		return search(words, UnaryOperator.identity());
	}

	/**
	 * Return the rows whose texts are nearest in meaning.
	 * @param words what to search for: words, a question or a text
	 * @param search sets limit, filter and whatever else a search can have, such as
	 * {@code (search) -> search.limit(5).where("year >= 2020")}
	 * @return the rows, nearest first
	 * @throws IllegalArgumentException if the words are blank, or the search does not fit
	 * the table
	 * @throws EmbeddingException if the model fails
	 */
	default List<VectorMatch<ID>> search(String words, UnaryOperator<VectorSearch> search) {
		return vectors().search(search.apply(nearest(words)));
	}

	/**
	 * Return the 10 rows that are found best by meaning and by words together.
	 * @param words what to search for: words, a question or a text
	 * @return the rows, best first
	 * @throws IllegalArgumentException if the words are blank, or the table is declared
	 * without text search
	 * @throws EmbeddingException if the model fails
	 * @see VectorSearch#hybrid(String)
	 */
	default List<VectorMatch<ID>> hybridSearch(String words) {
		return hybridSearch(words, UnaryOperator.identity());
	}

	/**
	 * Return the rows that are found best by meaning and by words together.
	 * @param words what to search for: words, a question or a text
	 * @param search sets limit, filter and whatever else a hybrid search can have;
	 * {@link VectorSearch#hybrid(String, double, double)} sets other weights
	 * @return the rows, best first
	 * @throws IllegalArgumentException if the words are blank, the table is declared
	 * without text search, or the search does not fit the table
	 * @throws EmbeddingException if the model fails
	 */
	List<VectorMatch<ID>> hybridSearch(String words, UnaryOperator<VectorSearch> search);

	/**
	 * Return a search for the rows whose texts are nearest in meaning, for
	 * {@link #vectors()} to run: to have its pages without asking the model for each, or
	 * its report.
	 * @param words what to search for: words, a question or a text
	 * @return the search
	 * @throws IllegalArgumentException if the words are blank
	 * @throws EmbeddingException if the model fails
	 */
	VectorSearch nearest(String words);

	/**
	 * Return the repository of the vectors, for all that needs no model: finding,
	 * changing and deleting rows.
	 * @return the repository
	 */
	VectorRepository<ID> vectors();

}
