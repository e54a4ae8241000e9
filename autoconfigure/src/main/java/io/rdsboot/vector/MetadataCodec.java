package io.rdsboot.vector;

import java.util.Map;

import io.rdsboot.vector.filter.MetadataTimes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Metadata as {@code jsonb} text and back. Has its own mapper, because what is stored
 * must not change with the application's JSON settings.
 */
final class MetadataCodec {

	private static final byte[] EMPTY_OBJECT = { '{', '}' };

	/**
	 * Shared, because a mapper finds out anew how each type is read and written.
	 */
	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MetadataReader.MAX_DEPTH).build())
			.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
			.build())
		.addModule(times())
		.build();

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

	/**
	 * Return what stands in a row, as far as it can be read.
	 */
	Map<String, Object> read(@Nullable String json) {
		return (json != null) ? MetadataReader.read(json) : Map.of();
	}

	/**
	 * Return why metadata cannot be stored, or not be read once it is; the message goes
	 * on from {@code metadata}. Looks at the JSON, so that whatever type a value has, all
	 * is seen that will be stored.
	 * @return the problem, or {@code null} if there is none
	 */
	@Nullable String problem(Map<String, Object> metadata) {
		if (metadata.isEmpty()) {
			return null;
		}
		try {
			return MetadataReader.problem(MAPPER.writeValueAsString(metadata));
		}
		catch (StreamConstraintsException ex) {
			return "is nested deeper than %d levels".formatted(MetadataReader.MAX_DEPTH);
		}
		catch (JacksonException ex) {
			return "cannot be written as JSON: " + ex.getOriginalMessage();
		}
	}

	private static final class TimeSerializer extends ValueSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			json.writeString(MetadataTimes.text(value));
		}

	}

}
