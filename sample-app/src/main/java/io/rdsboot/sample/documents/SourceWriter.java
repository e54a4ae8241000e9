package io.rdsboot.sample.documents;

import java.util.List;

import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.stereotype.Component;

/**
 * Embeds the passages of a source, which takes time, and then stores it in a short
 * transaction. Thread-safe.
 */
@Component
public class SourceWriter {

	private final SourceStore store;

	private final TextEmbedder embedder;

	SourceWriter(SourceStore store, TextEmbedder embedder) {
		this.store = store;
		this.embedder = embedder;
	}

	/**
	 * Stores a source in place of an earlier one of its name.
	 * @param source the source
	 * @param fingerprint what changes with all that the source and its vectors are made
	 * of
	 */
	public void write(Source source, String fingerprint) {
		List<float[]> vectors = this.embedder
			.embed(source.passages().stream().map((passage) -> passage.embeddable(source.title())).toList());
		this.store.save(source, vectors, fingerprint);
	}

}
