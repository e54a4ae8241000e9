package io.rdsboot.sample.search;

import java.util.Optional;
import java.util.UUID;

import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.vector.ReportedMatches;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.text.TextRepository;

import org.springframework.stereotype.Service;

/**
 * Searches passages. All of it is read-only, so readers answer.
 */
@Service
class SearchService {

	private final TextRepository<UUID> documents;

	private final AnsweringServers servers;

	private final RdsRetry retry;

	SearchService(TextRepository<UUID> documents, AnsweringServers servers, RdsRetry retry) {
		this.documents = documents;
		this.servers = servers;
		this.retry = retry;
	}

	/**
	 * Searches by meaning, by words, or by both. A search whose reader dies is done again
	 * by another one.
	 * @param query what is searched for
	 * @param limit most passages to return
	 * @param meaning how much meaning counts, from 0, where words alone do, to 1, where
	 * words do not
	 * @param filter what passages must fulfil, if anything
	 * @return the passages
	 */
	SearchAnswer search(String query, int limit, double meaning, Optional<MetadataFilter> filter) {
		// Before the transaction begins, because it takes some milliseconds
		VectorSearch nearest = this.documents.nearest(query).limit(limit);
		VectorSearch search = filter.map(nearest::where).orElse(nearest);
		return this.retry
			.executeReadOnly((status) -> find((meaning < 1) ? search.hybrid(query, meaning, 1 - meaning) : search));
	}

	private SearchAnswer find(VectorSearch search) {
		ReportedMatches<UUID> found = this.documents.vectors().searchWithReport(search);
		return new SearchAnswer(found.matches().stream().map(SearchHit::of).toList(), found.report(),
				this.servers.current());
	}

	long countPassages() {
		return this.documents.vectors().count();
	}

}
