package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * What is measured by a {@link RecallMeter}, and for how long. Immutable.
 *
 * <p>
 * Defaults: the 10 nearest rows in the table's main vector column, no filter, 400 stored
 * rows as queries, a ladder of settings that fits the index, no target, at most 5
 * minutes.
 */
public final class RecallOptions implements Cloneable {

	private static final int MAX_K = 1000;

	private static final int MAX_QUERIES = 10_000;

	private @Nullable String column;

	private int k = 10;

	private @Nullable Double target;

	private @Nullable MetadataFilter filter;

	private List<VectorValue> queries = List.of();

	private int maxQueries = 400;

	private List<Integer> settings = List.of();

	private Duration timeBudget = Duration.ofMinutes(5);

	private RecallOptions() {
	}

	/**
	 * Return the defaults.
	 * @return the defaults
	 */
	public static RecallOptions defaults() {
		return new RecallOptions();
	}

	/**
	 * Return these options for another vector column than the main one.
	 * @param column name of the column, as the table declares it
	 * @return the new options
	 */
	public RecallOptions in(String column) {
		return with((options) -> options.column = column);
	}

	/**
	 * Return these options with another number of rows in an answer.
	 * @param k the number, from 1 to 1000
	 * @return the new options
	 */
	public RecallOptions k(int k) {
		require(k >= 1 && k <= MAX_K, "k", "between 1 and " + MAX_K, k);
		return with((options) -> options.k = k);
	}

	/**
	 * Return these options with a recall to reach. Settings that are clearly below or
	 * above make no more queries then, so that the time is spent on those between.
	 * @param target the recall, from 0 to 1, both excluded
	 * @return the new options
	 */
	public RecallOptions target(double target) {
		require(target > 0 && target < 1, "target", "between 0 and 1", target);
		return with((options) -> options.target = target);
	}

	/**
	 * Return these options with a filter on the rows' metadata for all queries.
	 * @param filter the filter
	 * @return the new options
	 */
	public RecallOptions where(MetadataFilter filter) {
		return with((options) -> options.filter = filter);
	}

	/**
	 * Return these options with queries to make, such as real ones, in place of stored
	 * rows.
	 * @param queries the vectors that are searched for; none for stored rows
	 * @return the new options
	 */
	public RecallOptions queries(Collection<? extends VectorValue> queries) {
		return with((options) -> options.queries = List.copyOf(queries));
	}

	/**
	 * Return these options with another number of queries. 400 tell a recall of 0.95 to
	 * about a hundredth; for half of that it takes four times as many.
	 * @param maxQueries the greatest number of queries, from 2 to 10000
	 * @return the new options
	 */
	public RecallOptions maxQueries(int maxQueries) {
		require(maxQueries >= 2 && maxQueries <= MAX_QUERIES, "maxQueries", "between 2 and " + MAX_QUERIES, maxQueries);
		return with((options) -> options.maxQueries = maxQueries);
	}

	/**
	 * Return these options with other settings to compare, by the same queries.
	 * @param settings values of {@code hnsw.ef_search} or {@code ivfflat.probes}; none
	 * for a ladder that fits the index
	 * @return the new options
	 */
	public RecallOptions settings(Collection<Integer> settings) {
		return with((options) -> options.settings = List.copyOf(new TreeSet<>(settings)));
	}

	/**
	 * Return these options with another limit of the time. A measurement that reaches it
	 * reports what is known by then.
	 * @param timeBudget the time, positive
	 * @return the new options
	 */
	public RecallOptions timeBudget(Duration timeBudget) {
		require(timeBudget.toMillis() > 0, "timeBudget", "positive", timeBudget);
		return with((options) -> options.timeBudget = timeBudget);
	}

	private RecallOptions with(Consumer<RecallOptions> change) {
		try {
			RecallOptions changed = (RecallOptions) clone();
			change.accept(changed);
			return changed;
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void require(boolean condition, String name, String rule, Object value) {
		if (!condition) {
			throw new IllegalArgumentException(
					"%s of a measurement of recall must be %s, but is %s".formatted(name, rule, value));
		}
	}

	@Nullable String column() {
		return this.column;
	}

	int k() {
		return this.k;
	}

	@Nullable Double target() {
		return this.target;
	}

	@Nullable MetadataFilter filter() {
		return this.filter;
	}

	List<VectorValue> queries() {
		return this.queries;
	}

	int maxQueries() {
		return this.maxQueries;
	}

	List<Integer> settings() {
		return this.settings;
	}

	Duration timeBudget() {
		return this.timeBudget;
	}

}
