package io.rdsboot.sample.search;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.rdsboot.sample.documents.PassageMetadata;
import io.rdsboot.sample.search.SearchStatistics.ServerShare;
import io.rdsboot.sample.text.SourceType;
import io.rdsboot.sample.web.InvalidParameterException;
import io.rdsboot.vector.SearchReport;
import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST interface for searching.
 */
@RestController
@RequestMapping("/api")
class SearchController {

	private static final int MAX_QUERY = 1000;

	private static final int MAX_LIMIT = 50;

	private final SearchService service;

	private final SearchStatistics statistics;

	SearchController(SearchService service, SearchStatistics statistics) {
		this.service = service;
		this.statistics = statistics;
	}

	@GetMapping("/search")
	SearchResponse search(@RequestParam("q") String query, @RequestParam(defaultValue = "10") int limit,
			@RequestParam(defaultValue = "0.5") double meaning, @RequestParam(required = false) @Nullable String type,
			@RequestParam(required = false) @Nullable String filter) {
		if (query.isBlank()) {
			throw new InvalidParameterException("q", query, "send words to search for");
		}
		if (query.length() > MAX_QUERY) {
			throw new InvalidParameterException("q", query.length() + " characters",
					"send at most " + MAX_QUERY + " characters");
		}
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new InvalidParameterException("limit", limit, "send a number from 1 to " + MAX_LIMIT);
		}
		if (!(meaning >= 0 && meaning <= 1)) {
			throw new InvalidParameterException("meaning", meaning,
					"send a number from 0, for words alone, to 1, for meaning alone");
		}
		Optional<SourceType> sourceType = SourceType.ofValue(type);
		if (type != null && !type.isEmpty() && sourceType.isEmpty()) {
			throw new InvalidParameterException("type", type, "send one of " + SourceType.allValues());
		}
		long start = System.nanoTime();
		SearchAnswer answer = search(query, limit, meaning, sourceType, filter);
		double millis = (double) (System.nanoTime() - start) / TimeUnit.MILLISECONDS.toNanos(1);
		this.statistics.answered(answer.server());
		return new SearchResponse(query, answer.hits(), answer.report(), answer.server(), millis);
	}

	private SearchAnswer search(String query, int limit, double meaning, Optional<SourceType> type,
			@Nullable String text) {
		Optional<MetadataFilter> filter = type.map((value) -> MetadataFilter.eq(PassageMetadata.TYPE, value.value()));
		if (text == null || text.isBlank()) {
			return this.service.search(query, limit, meaning, filter);
		}
		try {
			MetadataFilter given = MetadataFilter.parse(text);
			return this.service.search(query, limit, meaning, Optional.of(filter.map(given::and).orElse(given)));
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidParameterException("filter", text, String.valueOf(ex.getMessage()));
		}
	}

	@GetMapping("/stats")
	StatsResponse stats() {
		return new StatsResponse(this.service.countPassages(), this.statistics.shares());
	}

	/**
	 * Answer to a search.
	 *
	 * @param query what was searched for
	 * @param hits the passages, best first
	 * @param report how they were found
	 * @param server the server that they came from
	 * @param tookMillis time from request to answer within the service, in milliseconds
	 */
	record SearchResponse(String query, List<SearchHit> hits, SearchReport report, AnsweringServer server,
			double tookMillis) {

	}

	/**
	 * What there is, and who answered.
	 *
	 * @param passages how many passages can be found
	 * @param servers searches by the server that answered
	 */
	record StatsResponse(long passages, List<ServerShare> servers) {

	}

}
