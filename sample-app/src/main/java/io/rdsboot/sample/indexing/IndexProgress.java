package io.rdsboot.sample.indexing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.rdsboot.sample.indexing.IndexStatus.Failure;
import io.rdsboot.sample.indexing.IndexStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * Record of one indexing job as it goes on. Thread-safe.
 */
class IndexProgress {

	private static final int SHOWN_FAILURES = 100;

	private final LongSupplier ticker;

	private final @Nullable String directory;

	private final long started;

	private final Map<String, String> failures = new LinkedHashMap<>();

	private State state;

	private long storingSince;

	private long ended;

	private int files;

	private int unchanged;

	private int filesDone;

	private int passages;

	private @Nullable String error;

	private IndexProgress(State state, @Nullable String directory, LongSupplier ticker) {
		this.state = state;
		this.directory = directory;
		this.ticker = ticker;
		this.started = ticker.getAsLong();
	}

	static IndexProgress idle() {
		return new IndexProgress(State.IDLE, null, () -> 0);
	}

	/**
	 * Progress of a job that starts now.
	 * @param directory what is indexed
	 * @param ticker source of nanoseconds
	 * @return the progress
	 */
	static IndexProgress start(String directory, LongSupplier ticker) {
		return new IndexProgress(State.FINDING, directory, ticker);
	}

	synchronized boolean isRunning() {
		return this.state.isRunning();
	}

	/**
	 * Notes how many files there are; from now on they are stored.
	 */
	synchronized void found(int files) {
		this.files = files;
		this.state = State.STORING;
		this.storingSince = this.ticker.getAsLong();
	}

	/**
	 * Notes that a file is stored already.
	 */
	synchronized void unchanged() {
		this.filesDone++;
		this.unchanged++;
	}

	/**
	 * Notes that a file was stored.
	 */
	synchronized void stored(int passages) {
		this.filesDone++;
		this.passages += passages;
	}

	/**
	 * Notes a file that is left out; again for the same file changes nothing.
	 * @param file the file's name
	 * @param reason why
	 */
	synchronized void failed(String file, String reason) {
		this.failures.putIfAbsent(file, reason);
	}

	synchronized void done() {
		end(State.DONE);
	}

	synchronized void abort(String error) {
		this.error = error;
		end(State.FAILED);
	}

	private void end(State state) {
		this.state = state;
		this.ended = this.ticker.getAsLong();
	}

	synchronized IndexStatus status() {
		long now = this.state.isRunning() ? this.ticker.getAsLong() : this.ended;
		double elapsed = (this.state != State.IDLE) ? seconds(now - this.started) : 0;
		double storing = (this.storingSince != 0) ? seconds(now - this.storingSince) : 0;
		double rate = (storing > 0) ? this.passages / storing : 0;
		Double remaining = (this.state == State.STORING && this.filesDone > 0)
				? storing / this.filesDone * (this.files - this.filesDone) : null;
		List<Failure> shown = this.failures.entrySet()
			.stream()
			.limit(SHOWN_FAILURES)
			.map((entry) -> new Failure(entry.getKey(), entry.getValue()))
			.toList();
		return new IndexStatus(this.state, this.directory, this.files, this.filesDone, this.unchanged, this.passages,
				rate, elapsed, remaining, shown, this.failures.size(), this.error);
	}

	private static double seconds(long nanos) {
		return (double) nanos / TimeUnit.SECONDS.toNanos(1);
	}

}
