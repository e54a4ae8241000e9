package io.rdsboot.sample.documents;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.rdsboot.sample.text.Passage;
import io.rdsboot.vector.VectorRecord;

/**
 * What a passage's metadata holds: the keys below, and those of the one who posted it.
 */
public final class PassageMetadata {

	/** Name of the source. */
	public static final String SOURCE = "source";

	/** Type of the source. */
	public static final String TYPE = "type";

	/** Title of the source. */
	public static final String TITLE = "title";

	/** Headings above the passage. */
	public static final String HEADING = "heading";

	/** Number of the passage within the source. */
	public static final String NUMBER = "number";

	/** Keys that nobody else may use. */
	static final Set<String> RESERVED = Set.of(SOURCE, TYPE, TITLE, HEADING, NUMBER);

	private PassageMetadata() {
	}

	static Map<String, Object> of(Source source, Passage passage) {
		Map<String, Object> metadata = new HashMap<>(source.metadata());
		metadata.put(SOURCE, source.name());
		metadata.put(TYPE, source.type().value());
		metadata.put(TITLE, source.title());
		metadata.put(HEADING, passage.heading());
		metadata.put(NUMBER, passage.number());
		return metadata;
	}

	static Source source(SourceSummary summary, List<? extends VectorRecord<?>> records) {
		List<Passage> passages = records.stream()
			.map((record) -> new Passage(((Number) value(record.metadata(), NUMBER)).intValue(),
					text(record.metadata(), HEADING), Objects.requireNonNullElse(record.content(), "")))
			.sorted(Comparator.comparingInt(Passage::number))
			.toList();
		Map<String, Object> metadata = new HashMap<>(records.isEmpty() ? Map.of() : records.get(0).metadata());
		metadata.keySet().removeAll(RESERVED);
		return new Source(summary.name(), summary.type(), summary.title(), passages, metadata);
	}

	/**
	 * A text of the metadata.
	 * @param metadata the metadata of a passage
	 * @param key a key of this class
	 * @return the text
	 */
	public static String text(Map<String, Object> metadata, String key) {
		return (String) value(metadata, key);
	}

	private static Object value(Map<String, Object> metadata, String key) {
		return Objects.requireNonNull(metadata.get(key), () -> "A passage has no '" + key + "' in its metadata");
	}

}
