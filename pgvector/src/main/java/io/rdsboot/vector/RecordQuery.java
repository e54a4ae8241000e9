package io.rdsboot.vector;

import java.util.function.Consumer;

import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;

/**
 * Query for rows by their metadata, without a vector to search for. Immutable.
 *
 * <p>
 * Defaults: all rows in ascending order of their ids, rows that lack the key that is
 * sorted by at the end, windows of {@value #DEFAULT_LIMIT} rows, without vectors.
 */
public final class RecordQuery {

	/**
	 * Most rows of one window.
	 */
	public static final int MAX_LIMIT = 10_000;

	/**
	 * Rows of a window unless a query has a limit.
	 */
	public static final int DEFAULT_LIMIT = 100;

	private @Nullable MetadataFilter filter;

	private @Nullable String sortKey;

	private boolean descending;

	private boolean nullsFirst;

	private @Nullable Integer limit;

	private @Nullable RecordPosition after;

	private boolean vectors;

	private RecordQuery() {
	}

	private RecordQuery(RecordQuery other) {
		this.filter = other.filter;
		this.sortKey = other.sortKey;
		this.descending = other.descending;
		this.nullsFirst = other.nullsFirst;
		this.limit = other.limit;
		this.after = other.after;
		this.vectors = other.vectors;
	}

	/**
	 * Return a query for all rows.
	 * @return the query
	 */
	public static RecordQuery all() {
		return new RecordQuery();
	}

	/**
	 * Return this query with another filter on the rows' metadata. Replaces a filter that
	 * was set before.
	 * @param filter the filter
	 * @return the new query
	 */
	public RecordQuery where(MetadataFilter filter) {
		return with((changed) -> changed.filter = filter);
	}

	/**
	 * Return this query with another filter on the rows' metadata. Replaces a filter that
	 * was set before.
	 * @param filter text form of the filter, such as
	 * {@code tenant = 'acme' and year >= 2020}
	 * @return the new query
	 * @throws io.rdsboot.vector.filter.FilterSyntaxException if the text is none
	 */
	public RecordQuery where(String filter) {
		return where(MetadataFilter.parse(filter));
	}

	/**
	 * Return this query sorted by a metadata key, and where values are equal or missing
	 * by id. Replaces a key that was set before. An index on the key serves it.
	 * @param key a declared key with a column of one value
	 * @return the new query
	 */
	public RecordQuery sortBy(String key) {
		return with((changed) -> changed.sortKey = key);
	}

	/**
	 * Return this query in descending order, of the ids too. Where rows that lack the key
	 * stand does not change.
	 * @return the new query
	 */
	public RecordQuery descending() {
		return with((changed) -> changed.descending = true);
	}

	/**
	 * Return this query in ascending order, of the ids too. Where rows that lack the key
	 * stand does not change.
	 * @return the new query
	 */
	public RecordQuery ascending() {
		return with((changed) -> changed.descending = false);
	}

	/**
	 * Return this query with rows that lack the key that is sorted by at the beginning.
	 * @return the new query
	 */
	public RecordQuery nullsFirst() {
		return with((changed) -> changed.nullsFirst = true);
	}

	/**
	 * Return this query with rows that lack the key that is sorted by at the end.
	 * @return the new query
	 */
	public RecordQuery nullsLast() {
		return with((changed) -> changed.nullsFirst = false);
	}

	/**
	 * Return this query with another limit.
	 * @param limit most rows to return, from 1 to {@value #MAX_LIMIT}
	 * @return the new query
	 */
	public RecordQuery limit(int limit) {
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException(
					"limit of a record query must be between 1 and %d, but is %d".formatted(MAX_LIMIT, limit));
		}
		return with((changed) -> changed.limit = limit);
	}

	/**
	 * Return this query for the rows that follow a position. Rows that are inserted or
	 * deleted in between neither repeat nor hide others.
	 * @param position the {@linkplain RecordWindow#next next position} of the window
	 * before, or {@code null} to begin at the first row
	 * @return the new query
	 */
	public RecordQuery after(@Nullable RecordPosition position) {
		return with((changed) -> changed.after = position);
	}

	/**
	 * Return this query with the rows' vectors, those of all columns.
	 * @return the new query
	 */
	public RecordQuery withVectors() {
		return with((changed) -> changed.vectors = true);
	}

	/**
	 * Return the filter, or {@code null} for all rows.
	 * @return the filter
	 */
	public @Nullable MetadataFilter filter() {
		return this.filter;
	}

	/**
	 * Return the key that rows are sorted by, or {@code null} for the id alone.
	 * @return the key that rows are sorted by
	 */
	public @Nullable String sortKey() {
		return this.sortKey;
	}

	/**
	 * Return whether the greatest values come first.
	 * @return whether the greatest values come first
	 */
	public boolean isDescending() {
		return this.descending;
	}

	/**
	 * Return whether rows without a value come first.
	 * @return whether rows without a value come first
	 */
	public boolean isNullsFirst() {
		return this.nullsFirst;
	}

	/**
	 * Return how many rows are read at most, or {@code null} for no limit.
	 * @return how many rows are read at most
	 */
	public @Nullable Integer limit() {
		return this.limit;
	}

	/**
	 * Return the row after which the window begins, or {@code null} for the first window.
	 * @return the row after which the window begins
	 */
	public @Nullable RecordPosition after() {
		return this.after;
	}

	/**
	 * Return whether vectors are read.
	 * @return whether vectors are read
	 */
	public boolean hasVectors() {
		return this.vectors;
	}

	private RecordQuery with(Consumer<RecordQuery> change) {
		RecordQuery changed = new RecordQuery(this);
		change.accept(changed);
		return changed;
	}

	@Override
	public String toString() {
		return "RecordQuery[filter=%s, sortKey=%s, descending=%s, limit=%s]".formatted(this.filter, this.sortKey,
				this.descending, this.limit);
	}

}
