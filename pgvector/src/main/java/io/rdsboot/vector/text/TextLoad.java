package io.rdsboot.vector.text;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.LoadProgress;
import io.rdsboot.vector.RejectedRecord;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * One load of texts. Batches are read and stored on the caller's thread, in their order,
 * so that at any time all records up to one are stored, and none after it. Not
 * thread-safe.
 *
 * @param <ID> type of the ids
 */
final class TextLoad<ID> {

	private final VectorRepository<ID> vectors;

	private final TextValidator validator;

	private final EmbeddedColumns columns;

	private final TextLoadOptions options;

	private final ModelCalls calls;

	private final TextBatches<ID> batches;

	private final Deque<Batch<ID>> running = new ArrayDeque<>();

	private final List<RejectedRecord> rejected = new ArrayList<>();

	private final long start = System.nanoTime();

	private long read;

	private long done;

	private long stored;

	private long embedded;

	private long unchanged;

	TextLoad(VectorRepository<ID> vectors, TextValidator validator, EmbeddedColumns columns, TextLoadOptions options,
			ModelCalls calls) {
		this.vectors = vectors;
		this.validator = validator;
		this.columns = columns;
		this.options = options;
		this.calls = calls;
		this.batches = new TextBatches<>(options.batchTexts(), options.batchCharacters(), this::begin);
	}

	/**
	 * Load records.
	 * @throws TextLoadException if the load stops before its end
	 */
	TextLoadResult load(Iterator<TextRecord<ID>> records) {
		try {
			RuntimeException failure = readAll(records);
			// What comes before a record that cannot be read is stored.
			this.batches.finish();
			while (!this.running.isEmpty()) {
				storeNext();
			}
			advance(this.read);
			if (failure != null) {
				throw failure;
			}
			return result();
		}
		catch (RuntimeException ex) {
			throw new TextLoadException(this.vectors.table(), this.done, result(), ex);
		}
	}

	/**
	 * Read the records into batches.
	 * @return what stopped it, or {@code null} if all were read
	 */
	private @Nullable RuntimeException readAll(Iterator<TextRecord<ID>> records) {
		while (true) {
			TextRecord<ID> record;
			try {
				if (!records.hasNext()) {
					return null;
				}
				record = records.next();
				this.validator.validate(record, this.read);
			}
			catch (InvalidVectorRecordException ex) {
				if (this.rejected.size() == this.options.maxRejected()) {
					return ex;
				}
				this.rejected.add(new RejectedRecord(this.read++, ex.getId(), ex.getField(), ex.getProblem()));
				continue;
			}
			catch (RuntimeException ex) {
				return ex;
			}
			this.batches.add(new PendingText<>(record, this.read++));
		}
	}

	private void begin(List<PendingText<ID>> texts) {
		while (this.running.size() == this.options.parallelism() || isNextEmbedded()) {
			storeNext();
		}
		List<PendingText<ID>> changed = this.options.isSkippingUnchanged() ? withoutUnchanged(texts) : texts;
		this.running.add(new Batch<>(texts.get(texts.size() - 1).position() + 1, texts.size() - changed.size(),
				this.calls.begin(changed)));
	}

	private boolean isNextEmbedded() {
		return !this.running.isEmpty() && this.running.element().call().records().isDone();
	}

	/**
	 * Leave out texts that are stored as they are, and give others the vectors of the
	 * same text. An id that is about to be stored will have another row by then.
	 */
	private List<PendingText<ID>> withoutUnchanged(List<PendingText<ID>> texts) {
		Set<ID> ids = new HashSet<>();
		this.running.forEach((batch) -> batch.call().texts().forEach((text) -> ids.add(text.record().id())));
		Map<ID, VectorRecord<ID>> rows = new HashMap<>();
		this.vectors.findAllById(texts.stream().map((text) -> text.record().id()).distinct().toList())
			.forEach((row) -> rows.put(row.id(), row));
		List<PendingText<ID>> changed = new ArrayList<>(texts.size());
		for (PendingText<ID> text : texts) {
			VectorRecord<ID> row = ids.add(text.record().id()) ? rows.get(text.record().id()) : null;
			PendingText<ID> known = (row != null && text.record().text().equals(row.content()))
					? new PendingText<>(text.record(), text.position(), vectors(row)) : text;
			if (row == null || !this.columns.areIn(known) || !text.record().metadata().equals(row.metadata())) {
				changed.add(known);
			}
		}
		return changed;
	}

	private Map<String, VectorValue> vectors(VectorRecord<ID> row) {
		Map<String, VectorValue> values = new HashMap<>(row.furtherVectors());
		if (row.embedding() != null) {
			values.put(this.vectors.table().embedding().name(), row.embedding());
		}
		return values;
	}

	private void storeNext() {
		Batch<ID> batch = this.running.remove();
		List<PendingText<ID>> texts = batch.call().texts();
		List<VectorRecord<ID>> records = this.calls.await(batch.call());
		if (!records.isEmpty()) {
			store(records, texts);
		}
		this.stored += texts.size();
		this.embedded += texts.stream().filter((text) -> !this.columns.areIn(text)).count();
		this.unchanged += batch.unchanged();
		advance(batch.end());
	}

	private void store(List<VectorRecord<ID>> records, List<PendingText<ID>> texts) {
		try {
			this.vectors.upsert(records);
		}
		catch (InvalidVectorRecordException ex) {
			throw new InvalidVectorRecordException(this.vectors.table(), ex.getId(),
					texts.get((int) ex.getPosition()).position(), ex.getField(), ex.getProblem());
		}
	}

	private void advance(long position) {
		Consumer<LoadProgress> progress = this.options.progress();
		boolean further = position > this.done;
		this.done = position;
		if (progress != null && further) {
			progress.accept(progress());
		}
	}

	private LoadProgress progress() {
		Duration elapsed = elapsed();
		double rate = this.done * 1e9 / Math.max(1, elapsed.toNanos());
		long expected = this.options.expectedTexts();
		Duration remaining = (expected > 0)
				? Duration.ofMillis(Math.round(1000 * Math.max(0, expected - this.done) / rate)) : null;
		return new LoadProgress(this.done, elapsed, rate, remaining);
	}

	private TextLoadResult result() {
		List<RejectedRecord> before = this.rejected.stream().filter((each) -> each.position() < this.done).toList();
		return new TextLoadResult(this.stored, this.embedded, this.unchanged, elapsed(), before);
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.start);
	}

	/**
	 * Batch on its way.
	 *
	 * @param <ID> type of the ids
	 * @param end position after its last record
	 * @param unchanged how many of its texts need not be stored
	 * @param call the others
	 */
	private record Batch<ID>(long end, int unchanged, ModelCalls.Call<ID> call) {

	}

}
