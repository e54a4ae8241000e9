package io.rdsboot.vector;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.vector.filter.MetadataTimes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Metadata as {@code jsonb} text and back. Has its own mapper, because what is stored
 * must not change with the application's JSON settings.
 */
final class MetadataCodec {

	private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {
	};

	private static final byte[] EMPTY_OBJECT = { '{', '}' };

	/**
	 * Shared, because a mapper finds out anew how each type is read and written.
	 */
	private static final JsonMapper MAPPER = JsonMapper.builder().addModule(times()).build();

	private static final ObjectReader READER = MAPPER.readerFor(MAP);

	/**
	 * Write each date and time as a filter looks for it.
	 */
	private static SimpleModule times() {
		SimpleModule module = new SimpleModule();
		for (Class<?> type : MetadataTimes.TYPES) {
			module.addSerializer(type, new TimeSerializer());
		}
		return module;
	}

	String write(Map<String, Object> metadata) {
		return MAPPER.writeValueAsString(metadata);
	}

	/**
	 * Return the text in UTF-8.
	 * @throws IllegalArgumentException if a value has no form in JSON; the message goes
	 * on from {@code metadata}
	 */
	byte[] writeBytes(Map<String, Object> metadata) {
		try {
			return metadata.isEmpty() ? EMPTY_OBJECT : MAPPER.writeValueAsBytes(metadata);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("cannot be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	Map<String, Object> read(@Nullable String json) {
		if (json == null) {
			return Map.of();
		}
		Map<String, Object> metadata = READER.readValue(json);
		// A NullMarked map has no null values, and a filter cannot ask for them.
		metadata.values().removeIf((value) -> value == null);
		return metadata;
	}

	private static final class TimeSerializer extends ValueSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			json.writeString(MetadataTimes.text(value));
		}

	}

}
