package io.rdsboot.vector.text;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.rdsboot.vector.LoadProgress;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * How {@link TextRepository#load} works. Immutable.
 *
 * <p>
 * Defaults: batches of 64 texts or 100,000 characters, one call of the model at a time, 5
 * attempts with pauses that begin with a second, 10 minutes for each batch. Texts that
 * are stored already are embedded again, the first record that cannot be stored stops the
 * load, and no progress is told.
 */
public final class TextLoadOptions {

	private static final int MAX_BATCH = 10_000;

	private static final int MAX_PARALLELISM = 64;

	private static final int MAX_ATTEMPTS = 100;

	private int batchTexts = 64;

	private int batchCharacters = 100_000;

	private int parallelism = 1;

	private int attempts = 5;

	private Duration firstPause = Duration.ofSeconds(1);

	private Predicate<? super RuntimeException> retryable = (failure) -> true;

	private Duration batchTimeout = Duration.ofMinutes(10);

	private boolean skippingUnchanged;

	private int maxRejected;

	private long expectedTexts;

	private @Nullable Consumer<LoadProgress> progress;

	private TextLoadOptions() {
	}

	private TextLoadOptions(TextLoadOptions other) {
		this.batchTexts = other.batchTexts;
		this.batchCharacters = other.batchCharacters;
		this.parallelism = other.parallelism;
		this.attempts = other.attempts;
		this.firstPause = other.firstPause;
		this.retryable = other.retryable;
		this.batchTimeout = other.batchTimeout;
		this.skippingUnchanged = other.skippingUnchanged;
		this.maxRejected = other.maxRejected;
		this.expectedTexts = other.expectedTexts;
		this.progress = other.progress;
	}

	/**
	 * Return options with all defaults.
	 * @return the options
	 */
	public static TextLoadOptions defaults() {
		return new TextLoadOptions();
	}

	/**
	 * Bound the batches that the model is asked for, and that are stored in one
	 * transaction each. A longer text is a batch by itself.
	 * @param maxTexts most texts of a batch, from 1 to 10,000
	 * @param maxCharacters most characters of a batch, at least 1
	 * @return new options
	 */
	public TextLoadOptions batch(int maxTexts, int maxCharacters) {
		requireRange("texts in a batch", maxTexts, MAX_BATCH);
		requireRange("characters in a batch", maxCharacters, Integer.MAX_VALUE);
		return with((options) -> {
			options.batchTexts = maxTexts;
			options.batchCharacters = maxCharacters;
		});
	}

	/**
	 * Call the model several times at the same time, on as many threads. Batches are
	 * stored in their order, on the caller's thread. That many batches are in memory, and
	 * the one that is being read.
	 * @param calls number of calls, from 1 to 64
	 * @return new options
	 */
	public TextLoadOptions parallelism(int calls) {
		requireRange("parallelism", calls, MAX_PARALLELISM);
		return with((options) -> options.parallelism = calls);
	}

	/**
	 * Set how often the model is called for a batch, as long as it fails. The pauses in
	 * between double, up to 30 seconds, and are shortened at random by up to a half, so
	 * that parallel calls do not all come back at once. What the model returns is not
	 * asked for again, right or wrong.
	 * @param attempts number of calls, from 1, which repeats none, to 100
	 * @param firstPause pause after the first call, not negative
	 * @return new options
	 */
	public TextLoadOptions attempts(int attempts, Duration firstPause) {
		requireRange("attempts", attempts, MAX_ATTEMPTS);
		Assert.isTrue(!firstPause.isNegative(),
				() -> "first pause of a load of texts must not be negative, but is " + firstPause);
		return with((options) -> {
			options.attempts = attempts;
			options.firstPause = firstPause;
		});
	}

	/**
	 * Set which failures of the model may pass by themselves. Others stop the load at
	 * once. By default all may.
	 * @param retryable whether to call the model again after what it threw
	 * @return new options
	 */
	public TextLoadOptions retryIf(Predicate<? super RuntimeException> retryable) {
		Objects.requireNonNull(retryable, "condition of a retry must not be null");
		return with((options) -> options.retryable = retryable);
	}

	/**
	 * Limit the time that the model takes for a batch, with all attempts and pauses. A
	 * call that is running then is interrupted.
	 * @param timeout longest time, at least a millisecond
	 * @return new options
	 */
	public TextLoadOptions batchTimeout(Duration timeout) {
		Assert.isTrue(timeout.toMillis() >= 1,
				() -> "timeout of a batch of texts must be at least 1 ms, but is " + timeout);
		return with((options) -> options.batchTimeout = timeout);
	}

	/**
	 * Ask the model only for texts that are not stored under their id yet. Where the text
	 * is the same, its vectors are kept, and the row is written only if its metadata
	 * differs. Vectors do not tell which model made them: after a change of the model,
	 * load without this.
	 * @return new options
	 */
	public TextLoadOptions skipUnchanged() {
		return with((options) -> options.skippingUnchanged = true);
	}

	/**
	 * Leave out records that cannot be stored, and return them in the result. Only
	 * records of which that is known before the model is asked can be left out.
	 * @param max how many may be left out; one more stops the load. At least 1
	 * @return new options
	 */
	public TextLoadOptions collectRejected(int max) {
		requireRange("rejected records to collect", max, Integer.MAX_VALUE);
		return with((options) -> options.maxRejected = max);
	}

	/**
	 * Say how many records there will be, so that the remaining time can be told.
	 * @param texts number of records, at least 1
	 * @return new options
	 */
	public TextLoadOptions expectedTexts(long texts) {
		Assert.isTrue(texts >= 1, () -> "expected texts of a load must be at least 1, but are " + texts);
		return with((options) -> options.expectedTexts = texts);
	}

	/**
	 * Tell how many records are done after each batch, on the caller's thread. What the
	 * consumer throws stops the load.
	 * @param progress who is told
	 * @return new options
	 */
	public TextLoadOptions progress(Consumer<LoadProgress> progress) {
		Objects.requireNonNull(progress, "progress of a load of texts must not be null");
		return with((options) -> options.progress = progress);
	}

	private TextLoadOptions with(Consumer<TextLoadOptions> change) {
		TextLoadOptions changed = new TextLoadOptions(this);
		change.accept(changed);
		return changed;
	}

	private static void requireRange(String name, int value, int greatest) {
		Assert.isTrue(value >= 1 && value <= greatest,
				() -> "%s of a load of texts must be between 1 and %d, but is %d".formatted(name, greatest, value));
	}

	int batchTexts() {
		return this.batchTexts;
	}

	int batchCharacters() {
		return this.batchCharacters;
	}

	int parallelism() {
		return this.parallelism;
	}

	int attempts() {
		return this.attempts;
	}

	Duration firstPause() {
		return this.firstPause;
	}

	boolean isRetryable(RuntimeException failure) {
		return this.retryable.test(failure);
	}

	Duration batchTimeout() {
		return this.batchTimeout;
	}

	boolean isSkippingUnchanged() {
		return this.skippingUnchanged;
	}

	int maxRejected() {
		return this.maxRejected;
	}

	long expectedTexts() {
		return this.expectedTexts;
	}

	@Nullable Consumer<LoadProgress> progress() {
		return this.progress;
	}

}
