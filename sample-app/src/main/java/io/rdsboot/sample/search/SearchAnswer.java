package io.rdsboot.sample.search;

import java.util.List;

import io.rdsboot.vector.SearchReport;

/**
 * Passages for a query, and who answered.
 *
 * @param hits the passages, best first
 * @param report how they were found
 * @param server the server that they came from
 */
record SearchAnswer(List<SearchHit> hits, SearchReport report, AnsweringServer server) {

}
