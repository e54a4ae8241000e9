package io.rdsboot.vector.jdbc.search.cost;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of filters: how many rows fulfil them, and how far from the vectors
 * searched for these lie. Bounded: the filters that were not used for longest are
 * forgotten first, and each after {@link #LIFETIME}, because tables change. Thread-safe.
 */
public final class FilterHistory {

	static final Duration LIFETIME = Duration.ofMinutes(10);

	static final int MAX_FILTERS = 1000;

	static final int MAX_SHAPES = 100;

	private final LongSupplier nanoTime;

	private final Map<Key, Entry> filters = new Bounded<>(MAX_FILTERS);

	private final Map<String, Shape> shapes = new Bounded<>(MAX_SHAPES);

	/**
	 * Create an empty history.
	 * @param nanoTime time in nanoseconds, as of {@link System#nanoTime}
	 */
	public FilterHistory(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Return what is remembered of a filter, or {@code null} for nothing.
	 */
	public synchronized @Nullable Entry find(Key key) {
		Entry entry = this.filters.get(key);
		if (entry != null && isExpired(entry.time)) {
			this.filters.remove(key);
			return null;
		}
		return entry;
	}

	/**
	 * Remember an estimate, if the filter is so small that many can be kept.
	 */
	public synchronized Entry add(Key key, FilterEstimate estimate) {
		String form = (key.filter() != null) ? FilterShape.of(key.filter()) : "";
		Shape shape = this.shapes.get(form);
		if (shape == null || isExpired(shape.time)) {
			shape = new Shape(this.nanoTime.getAsLong());
			this.shapes.put(form, shape);
		}
		Entry entry = new Entry(this.nanoTime.getAsLong(), estimate, shape);
		if (key.filter() == null || FilterShape.isSmall(key.filter())) {
			this.filters.put(key, entry);
		}
		return entry;
	}

	private boolean isExpired(long time) {
		return this.nanoTime.getAsLong() - time > LIFETIME.toNanos();
	}

	public synchronized int size() {
		return this.filters.size();
	}

	/**
	 * What a filter is remembered by.
	 *
	 * @param column the vector column that is searched
	 * @param tenant whose rows are searched, or {@code null} if rows have no tenant
	 */
	public record Key(String column, @Nullable Object tenant, @Nullable MetadataFilter filter) {

	}

	/**
	 * What is remembered of one filter. Thread-safe.
	 */
	public static final class Entry {

		private final long time;

		private final Shape shape;

		private FilterEstimate estimate;

		private double remoteness = Double.NaN;

		private Entry(long time, FilterEstimate estimate, Shape shape) {
			this.time = time;
			this.estimate = estimate;
			this.shape = shape;
		}

		public synchronized FilterEstimate estimate() {
			return this.estimate;
		}

		/**
		 * Replace the estimate by what a search has counted.
		 */
		public synchronized void counted(long rows) {
			this.estimate = new FilterEstimate(rows, this.estimate.indexed());
		}

		/**
		 * Return how many more elements the vector index yields between two rows of this
		 * filter than if they were spread evenly: less than 1 where they are near to the
		 * vectors searched for, more where they are far.
		 */
		public synchronized double remoteness() {
			return Double.isNaN(this.remoteness) ? this.shape.remoteness() : this.remoteness;
		}

		/**
		 * Take note of the remoteness of one search.
		 */
		public synchronized void observed(double observation) {
			this.remoteness = Double.isNaN(this.remoteness) ? observation : mean(this.remoteness, observation);
			this.shape.observed(observation);
		}

		/**
		 * Return whether an index that may be cheaper than the exact search is worth a
		 * trial: ever more rarely.
		 */
		public boolean isTrialDue() {
			return this.shape.isTrialDue();
		}

	}

	/**
	 * What is remembered of filters with the same keys and operators. Thread-safe.
	 */
	private static final class Shape {

		private final long time;

		private double remoteness = 1;

		private int chances;

		private Shape(long time) {
			this.time = time;
		}

		private synchronized double remoteness() {
			return this.remoteness;
		}

		private synchronized void observed(double observation) {
			this.remoteness = mean(this.remoteness, observation);
		}

		private synchronized boolean isTrialDue() {
			this.chances++;
			return this.chances > 1 && Integer.bitCount(this.chances) == 1;
		}

	}

	/**
	 * Return a mean in which what is older counts ever less.
	 */
	private static double mean(double before, double observation) {
		return 0.75 * before + 0.25 * observation;
	}

	/**
	 * Map that forgets what was not used for longest.
	 */
	@SuppressWarnings("serial") // never serialized
	private static final class Bounded<K, V> extends LinkedHashMap<K, V> {

		private final int max;

		private Bounded(int max) {
			super(16, 0.75f, true);
			this.max = max;
		}

		@Override
		protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
			return size() > this.max;
		}

	}

}
