package io.rdsboot.vector.jdbc.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.SearchSettings;

import org.springframework.jdbc.core.RowMapper;

/**
 * Reads what a statement of {@link NearestSql} found.
 *
 * @param <T> type of a row
 */
final class SearchResultReader<T> {

	private final RowMapper<T> mapper;

	private final int limit;

	private final double maxDistance;

	private final int distanceColumn;

	private final int numberColumn;

	private final boolean threshold;

	SearchResultReader(SearchSettings settings, NearestSql sql, RowMapper<T> mapper) {
		this.mapper = mapper;
		this.limit = settings.limit();
		this.maxDistance = sql.maxDistance();
		this.distanceColumn = sql.columns().size() + 1;
		this.numberColumn = this.distanceColumn + ((settings.hybrid() != null) ? 2 : 1);
		this.threshold = settings.threshold() != null;
	}

	/**
	 * Read the rows of the only search.
	 */
	SearchResult<T> readOne(ResultSet row) throws SQLException {
		List<T> rows = new ArrayList<>();
		int count = 0;
		while (row.next()) {
			count = this.threshold ? row.getInt(this.numberColumn + 1) : count + 1;
			add(row, rows);
		}
		return new SearchResult<>(rows, count);
	}

	/**
	 * Read the rows of several searches.
	 */
	List<SearchResult<T>> readAll(ResultSet row, int searches) throws SQLException {
		List<List<T>> rows = new ArrayList<>();
		int[] counts = new int[searches];
		for (int i = 0; i < searches; i++) {
			rows.add(new ArrayList<>());
		}
		while (row.next()) {
			int search = row.getInt(this.numberColumn) - 1;
			counts[search] = this.threshold ? row.getInt(this.numberColumn + 1) : counts[search] + 1;
			add(row, rows.get(search));
		}
		List<SearchResult<T>> found = new ArrayList<>();
		for (int i = 0; i < searches; i++) {
			found.add(new SearchResult<>(rows.get(i), counts[i]));
		}
		return found;
	}

	/**
	 * A zero vector has no cosine distance to any other: it is NaN, and greater than any
	 * other.
	 */
	private void add(ResultSet row, List<T> rows) throws SQLException {
		double distance = row.getDouble(this.distanceColumn);
		if (rows.size() < this.limit && !Double.isNaN(distance) && distance <= this.maxDistance) {
			rows.add(this.mapper.mapRow(row, rows.size()));
		}
	}

}
