package io.rdsboot.vector.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects texts into batches for a model. A text that is longer than a batch is one by
 * itself. Not thread-safe.
 *
 * @param <ID> type of the ids
 */
final class TextBatches<ID> {

	private final int maxTexts;

	private final int maxCharacters;

	private final Consumer<List<PendingText<ID>>> consumer;

	private List<PendingText<ID>> batch = new ArrayList<>();

	private long characters;

	/**
	 * Create batches.
	 * @param consumer takes each batch
	 */
	TextBatches(int maxTexts, int maxCharacters, Consumer<List<PendingText<ID>>> consumer) {
		this.maxTexts = maxTexts;
		this.maxCharacters = maxCharacters;
		this.consumer = consumer;
	}

	void add(PendingText<ID> text) {
		int length = text.record().text().length();
		if (this.batch.size() == this.maxTexts || this.characters + length > this.maxCharacters) {
			finish();
		}
		this.batch.add(text);
		this.characters += length;
	}

	/**
	 * Hand on the last batch, if there is one.
	 */
	void finish() {
		if (!this.batch.isEmpty()) {
			List<PendingText<ID>> finished = this.batch;
			this.batch = new ArrayList<>();
			this.characters = 0;
			this.consumer.accept(finished);
		}
	}

}
