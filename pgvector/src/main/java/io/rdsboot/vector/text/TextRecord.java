package io.rdsboot.vector.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Text to store with its vector, which an embedding model makes. Immutable. A record
 * without id or text is refused when it is stored, so that the error can say where it
 * stands.
 *
 * @param <ID> type of the id
 * @param id primary key
 * @param text the text: embedded, and stored as the content of the row
 * @param metadata what is known about the text
 */
public record TextRecord<ID>(ID id, String text, Map<String, Object> metadata) {

	public TextRecord {
		Objects.requireNonNull(metadata, () -> "metadata of text record %s must not be null".formatted(id));
		metadata = metadata.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Create a record without metadata.
	 * @param id primary key
	 * @param text the text
	 */
	public TextRecord(ID id, String text) {
		this(id, text, Map.of());
	}

	@Override
	public String toString() {
		return "TextRecord[id=%s]".formatted(this.id);
	}

}
