package io.rdsboot.sample.documents;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.rdsboot.sample.text.Passage;
import io.rdsboot.sample.text.PassageSplitter;
import io.rdsboot.sample.text.Section;
import io.rdsboot.sample.text.SourceType;
import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.stereotype.Service;

/**
 * Adds single documents.
 */
@Service
class DocumentService {

	private final SourceWriter writer;

	private final TextEmbedder embedder;

	private final PassageSplitter splitter;

	DocumentService(SourceWriter writer, TextEmbedder embedder, PassageSplitter splitter) {
		this.writer = writer;
		this.embedder = embedder;
		this.splitter = splitter;
	}

	SourceSummary add(String title, String text, Map<String, Object> metadata) {
		List<Passage> passages = this.splitter.split(List.of(new Section(List.of(), text)));
		Source source = new Source("note/" + UUID.randomUUID(), SourceType.NOTE, title, passages, metadata);
		// The text of a note never changes, but the model may.
		this.writer.write(source, this.embedder.model());
		return new SourceSummary(source.name(), source.type(), title, passages.size());
	}

}
