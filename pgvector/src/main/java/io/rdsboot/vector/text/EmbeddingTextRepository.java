package io.rdsboot.vector.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * {@link TextRepository} that embeds texts itself. Thread-safe.
 *
 * @param <ID> type of the ids
 */
final class EmbeddingTextRepository<ID> implements TextRepository<ID> {

	private static final TextLoadOptions DEFAULTS = TextLoadOptions.defaults();

	private final VectorRepository<ID> vectors;

	private final Supplier<EmbeddedColumns> columns;

	private final TextValidator validator;

	/**
	 * Create a repository.
	 * @param columns which columns are written and searched; asked for each call, as they
	 * may change
	 */
	EmbeddingTextRepository(VectorRepository<ID> vectors, Supplier<EmbeddedColumns> columns) {
		this.vectors = vectors;
		this.columns = columns;
		this.validator = new TextValidator(vectors.table());
	}

	@Override
	public List<VectorRecord<ID>> embed(Collection<TextRecord<ID>> records) {
		List<PendingText<ID>> texts = new ArrayList<>(records.size());
		for (TextRecord<ID> record : records) {
			this.validator.validate(record, texts.size());
			texts.add(new PendingText<>(record, texts.size()));
		}
		EmbeddedColumns current = this.columns.get();
		List<VectorRecord<ID>> embedded = new ArrayList<>(texts.size());
		TextBatches<ID> batches = new TextBatches<>(DEFAULTS.batchTexts(), DEFAULTS.batchCharacters(),
				(batch) -> embedded.addAll(current.embed(batch, EmbeddedColumn::embed)));
		texts.forEach(batches::add);
		batches.finish();
		return embedded;
	}

	@Override
	public TextLoadResult load(Stream<TextRecord<ID>> records, TextLoadOptions options) {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalTransactionStateException(
					"Load of texts into vector table %s stores batch by batch, and cannot take part in a transaction: leave out the transaction, or embed the texts before it and store them by vectors()"
						.formatted(this.vectors.table()));
		}
		EmbeddedColumns current = this.columns.get();
		try (records; ModelCalls calls = new ModelCalls(current, options)) {
			return new TextLoad<>(this.vectors, this.validator, current, options, calls).load(records.iterator());
		}
	}

	@Override
	public VectorSearch nearest(String words) {
		this.validator.validateQuery(words);
		EmbeddedColumn searched = this.columns.get().searched();
		return VectorSearch.nearest(searched.embedQuery(words)).in(searched.column().name());
	}

	@Override
	public List<VectorMatch<ID>> hybridSearch(String words, UnaryOperator<VectorSearch> search) {
		Assert.notNull(this.vectors.table().textSearch(),
				() -> "vector table %s is declared without text search, which a hybrid search needs"
					.formatted(this.vectors.table()));
		return search(words, (nearest) -> search.apply(nearest.hybrid(words)));
	}

	@Override
	public VectorRepository<ID> vectors() {
		return this.vectors;
	}

}
