package io.rdsboot.springai;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;

/**
 * Documents as rows of a repository. Thread-safe.
 *
 * @param <ID> type of the ids of rows
 */
final class DocumentRepository<ID> {

	private final VectorRepository<ID> repository;

	private final VectorTable table;

	private final DocumentIds<ID> ids;

	private final SimilarityScale scale;

	DocumentRepository(VectorRepository<ID> repository) {
		this.repository = repository;
		this.table = repository.table();
		this.ids = new DocumentIds<>(this.table);
		this.scale = SimilarityScale.of(this.table.embedding());
	}

	/**
	 * Return the ids of the rows of documents.
	 * @throws IllegalArgumentException if the table cannot have one of them
	 */
	List<ID> ids(List<String> documentIds) {
		return documentIds.stream().map(this.ids::toRow).toList();
	}

	/**
	 * Store documents, all or none.
	 * @param rowIds ids of their rows
	 * @param vectors their vectors
	 */
	void store(List<Document> documents, List<ID> rowIds, List<float[]> vectors) {
		List<VectorRecord<ID>> records = new ArrayList<>(documents.size());
		for (int i = 0; i < documents.size(); i++) {
			Document document = documents.get(i);
			records.add(new VectorRecord<>(rowIds.get(i), vectors.get(i), document.getText(),
					stored(document.getMetadata())));
		}
		this.repository.upsert(records);
	}

	private Map<String, Object> stored(Map<String, Object> metadata) {
		if (metadata.values().stream().noneMatch(Date.class::isInstance)) {
			return metadata;
		}
		Map<String, Object> stored = new HashMap<>(metadata);
		stored.replaceAll((key, value) -> {
			Instant moment = hasColumn(key) ? null : DocumentDates.moment(value);
			return (moment != null) ? DocumentDates.text(moment) : value;
		});
		return stored;
	}

	private boolean hasColumn(String key) {
		return this.table.key(key).map(MetadataColumn::type).filter((type) -> type != KeyType.JSON).isPresent();
	}

	void delete(List<String> documentIds) {
		this.repository.delete(ids(documentIds));
	}

	void delete(MetadataFilter filter) {
		this.repository.delete(filter);
	}

	/**
	 * Return the documents nearest to a vector, nearest first.
	 * @param threshold least score, or 0 for all
	 */
	List<Document> search(float[] vector, int limit, double threshold, @Nullable MetadataFilter filter) {
		VectorSearch search = VectorSearch.nearest(vector).limit(limit);
		if (threshold > 0) {
			search = this.scale.restrict(search, threshold);
		}
		if (filter != null) {
			search = search.where(filter);
		}
		return this.repository.search(search).stream().map(this::document).toList();
	}

	private Document document(VectorMatch<ID> match) {
		Map<String, Object> metadata = new HashMap<>(match.metadata());
		metadata.put(DocumentMetadata.DISTANCE.value(), this.scale.shown(match.distance()));
		return Document.builder()
			.id(this.ids.toDocument(match.id()))
			.text(Objects.requireNonNullElse(match.content(), ""))
			.metadata(metadata)
			.score(this.scale.score(match.distance()))
			.build();
	}

}
