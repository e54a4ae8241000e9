package io.rdsboot.vector.jdbc.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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

	private final int foundColumn;

	private final int visitedColumn;

	/**
	 * Whether rows that were looked at are counted for each search by itself. What vector
	 * indexes have yielded is counted at the end of the statement.
	 */
	private final boolean countedApart;

	SearchResultReader(SearchSettings settings, NearestSql sql, SearchPlan plan, RowMapper<T> mapper) {
		this.mapper = mapper;
		this.limit = settings.limit();
		this.maxDistance = sql.maxDistance();
		this.distanceColumn = sql.columns().size() + 1;
		this.numberColumn = this.distanceColumn + ((settings.hybrid() != null) ? 2 : 1);
		this.visitedColumn = sql.tellsVisited(plan) ? this.numberColumn + 1 : 0;
		this.countedApart = plan.mode() == ScanMode.EXACT;
		this.threshold = settings.threshold() != null;
		this.foundColumn = Math.max(this.numberColumn, this.visitedColumn) + 1;
	}

	/**
	 * Read the rows of the only search.
	 */
	SearchResult<T> readOne(ResultSet row) throws SQLException {
		List<T> rows = new ArrayList<>();
		int count = 0;
		long visited = -1;
		while (row.next()) {
			visited = visited(row);
			count = this.threshold ? row.getInt(this.foundColumn) : count + 1;
			add(row, rows);
		}
		return new SearchResult<>(rows, count, visited);
	}

	/**
	 * Read the rows of several searches. Each counts as an equal part of what the vector
	 * indexes have yielded for all.
	 */
	List<SearchResult<T>> readAll(ResultSet row, int searches) throws SQLException {
		List<List<T>> rows = new ArrayList<>();
		int[] counts = new int[searches];
		long[] visited = new long[searches];
		Arrays.fill(visited, -1);
		for (int i = 0; i < searches; i++) {
			rows.add(new ArrayList<>());
		}
		while (row.next()) {
			int search = row.getInt(this.numberColumn) - 1;
			visited[search] = this.countedApart ? visited(row) : -Math.floorDiv(-visited(row), searches);
			counts[search] = this.threshold ? row.getInt(this.foundColumn) : counts[search] + 1;
			add(row, rows.get(search));
		}
		List<SearchResult<T>> found = new ArrayList<>();
		for (int i = 0; i < searches; i++) {
			found.add(new SearchResult<>(rows.get(i), counts[i], visited[i]));
		}
		return found;
	}

	private long visited(ResultSet row) throws SQLException {
		return (this.visitedColumn > 0) ? row.getLong(this.visitedColumn) : -1;
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
