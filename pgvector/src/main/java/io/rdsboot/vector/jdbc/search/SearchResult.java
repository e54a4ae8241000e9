package io.rdsboot.vector.jdbc.search;

import java.util.List;

/**
 * What one statement found for one search.
 *
 * @param <T> type of a row
 * @param rows the rows that are near enough, in order
 * @param count how many were found, near enough or not
 */
record SearchResult<T>(List<T> rows, int count) {

}
