package io.rdsboot.diagnostics.check;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * What a check found when it last looked, by instance, to tell what has changed since
 * then. Looks in quick succession are told the changes since the same earlier look.
 * Thread-safe.
 *
 * @param <T> what was found
 */
public final class Looks<T> {

	/**
	 * Changes within a shorter time say little.
	 */
	private static final Duration SHORTEST = Duration.ofMinutes(1);

	private final LongSupplier nanoTime;

	private final Map<String, Pair<T>> looks = new HashMap<>();

	/**
	 * Begin without an earlier look.
	 */
	public Looks() {
		this(System::nanoTime);
	}

	Looks(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Remember what was found now.
	 * @param instance where
	 * @param found what
	 * @return the last look that is at least a minute old, or {@code null} if there is
	 * none
	 */
	public synchronized @Nullable Look<T> next(String instance, T found) {
		long now = this.nanoTime.getAsLong();
		Pair<T> pair = this.looks.get(instance);
		if (pair == null || now - pair.newer.time >= SHORTEST.toNanos()) {
			pair = new Pair<>((pair != null) ? pair.newer : null, new Timed<>(now, found));
			this.looks.put(instance, pair);
		}
		Timed<T> earlier = pair.older;
		return (earlier != null) ? new Look<>(Duration.ofNanos(now - earlier.time), earlier.found) : null;
	}

	/**
	 * What an earlier look found.
	 *
	 * @param age how long ago
	 * @param found what it found
	 * @param <T> what was found
	 */
	public record Look<T>(Duration age, T found) {

	}

	private record Timed<T>(long time, T found) {

	}

	private record Pair<T>(@Nullable Timed<T> older, Timed<T> newer) {

	}

}
