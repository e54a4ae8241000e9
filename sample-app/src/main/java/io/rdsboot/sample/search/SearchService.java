package io.rdsboot.sample.search;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.rdsboot.sample.embedding.Embedding;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Searches passages. All of it is read-only, so readers answer.
 */
@Service
class SearchService {

	private final VectorRepository<UUID> documents;

	private final Embedding embedding;

	private final AnsweringServers servers;

	SearchService(VectorRepository<UUID> documents, Embedding embedding, AnsweringServers servers) {
		this.documents = documents;
		this.embedding = embedding;
		this.servers = servers;
	}

	@Transactional(readOnly = true)
	public SearchAnswer search(String query, int limit, Optional<MetadataFilter> filter) {
		VectorSearch search = VectorSearch.nearest(this.embedding.embed(List.of(query)).get(0)).limit(limit);
		if (filter.isPresent()) {
			search = search.where(filter.get());
		}
		List<SearchHit> hits = this.documents.search(search).stream().map(SearchHit::of).toList();
		return new SearchAnswer(hits, this.servers.current());
	}

	@Transactional(readOnly = true)
	public long countPassages() {
		return this.documents.count();
	}

}
