package io.rdsboot.sample.search;

import java.util.Map;
import java.util.Objects;

import io.rdsboot.sample.documents.PassageMetadata;
import io.rdsboot.vector.VectorMatch;

/**
 * Passage that was found.
 *
 * @param similarity how near the passage is to the query in meaning: 1 for the same,
 * around 0 for nothing in common
 * @param source name of its source, a path for a file
 * @param type type of its source
 * @param title title of its source
 * @param heading headings above it; may be empty
 * @param text the passage
 */
public record SearchHit(double similarity, String source, String type, String title, String heading, String text) {

	static SearchHit of(VectorMatch<?> match) {
		Map<String, Object> metadata = match.metadata();
		return new SearchHit(match.similarity(), PassageMetadata.text(metadata, PassageMetadata.SOURCE),
				PassageMetadata.text(metadata, PassageMetadata.TYPE),
				PassageMetadata.text(metadata, PassageMetadata.TITLE),
				PassageMetadata.text(metadata, PassageMetadata.HEADING),
				Objects.requireNonNullElse(match.content(), ""));
	}

}
