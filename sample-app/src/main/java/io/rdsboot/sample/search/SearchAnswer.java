package io.rdsboot.sample.search;

import java.util.List;

/**
 * Passages for a query, and who answered.
 *
 * @param hits the passages, best first
 * @param server the server that they came from
 */
record SearchAnswer(List<SearchHit> hits, AnsweringServer server) {

}
