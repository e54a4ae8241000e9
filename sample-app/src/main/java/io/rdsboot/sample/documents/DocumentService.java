package io.rdsboot.sample.documents;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.rdsboot.sample.text.Passage;
import io.rdsboot.sample.text.PassageSplitter;
import io.rdsboot.sample.text.Section;
import io.rdsboot.sample.text.SourceType;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Adds single documents.
 */
@Service
class DocumentService {

	private final SourceStore sources;

	private final IndexLock lock;

	private final PassageSplitter splitter;

	DocumentService(SourceStore sources, IndexLock lock, PassageSplitter splitter) {
		this.sources = sources;
		this.lock = lock;
		this.splitter = splitter;
	}

	@Transactional
	public SourceSummary add(String title, String text, Map<String, Object> metadata) {
		this.lock.lockForChange();
		List<Passage> passages = this.splitter.split(List.of(new Section(List.of(), text)));
		Source source = new Source("note/" + UUID.randomUUID(), SourceType.NOTE, title, passages, metadata);
		this.sources.save(source);
		return new SourceSummary(source.name(), source.type(), title, passages.size());
	}

}
