package io.rdsboot.sample.documents;

import java.util.List;

import io.rdsboot.sample.embedding.Embedding;

import org.springframework.stereotype.Component;

/**
 * Embeds the passages of a source, which takes time, and then stores it in a short
 * transaction. Thread-safe.
 */
@Component
public class SourceWriter {

	private final SourceStore store;

	private final Embedding embedding;

	SourceWriter(SourceStore store, Embedding embedding) {
		this.store = store;
		this.embedding = embedding;
	}

	/**
	 * Stores a source in place of an earlier one of its name.
	 * @param source the source
	 * @param fingerprint what changes with all that the source and its vectors are made
	 * of
	 */
	public void write(Source source, String fingerprint) {
		List<float[]> vectors = this.embedding
			.embed(source.passages().stream().map((passage) -> passage.embeddable(source.title())).toList());
		this.store.save(source, vectors, fingerprint);
	}

}
