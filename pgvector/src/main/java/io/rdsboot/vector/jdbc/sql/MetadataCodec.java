package io.rdsboot.vector.jdbc.sql;

import java.util.List;
import java.util.Map;

import io.rdsboot.vector.filter.MetadataTimes;
import io.rdsboot.vector.type.StorableText;
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
public final class MetadataCodec {

	private static final byte[] EMPTY_OBJECT = { '{', '}' };

	/** Of a control character, an escape of four digits. */
	private static final int LONGEST_CHARACTER = 6;

	/** Quotes, brackets, a colon or comma, and the space behind it. */
	private static final int LONGEST_BORDER = 4;

	/** The server prints a {@code double} without an exponent. */
	private static final int LONGEST_NUMBER = 400;

	/**
	 * Shared, because a mapper finds out anew how each type is read and written.
	 */
	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MetadataReader.MAX_DEPTH).build())
			.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
			.build())
		.addModule(filterable())
		.build();

	/**
	 * Write each enum constant, date and time as a filter looks for it, whatever
	 * annotations the enum has.
	 */
	private static SimpleModule filterable() {
		SimpleModule module = new SimpleModule();
		module.addSerializer(Enum.class, new EnumSerializer());
		module.addKeySerializer(Enum.class, new EnumKeySerializer());
		for (Class<?> type : MetadataTimes.TYPES) {
			module.addSerializer(type, new TimeSerializer());
		}
		return module;
	}

	String writeValue(Object value) {
		return MAPPER.writeValueAsString(value);
	}

	public String write(Map<String, Object> metadata) {
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
	public Map<String, Object> read(@Nullable String json) {
		return (json != null) ? MetadataReader.read(json) : Map.of();
	}

	/**
	 * Return why metadata cannot be stored, or not be read once it is; the message goes
	 * on from {@code metadata}. Looks at the JSON, so that whatever type a value has, all
	 * is seen that will be stored.
	 * @return the problem, or {@code null} if there is none
	 */
	public @Nullable String problem(Map<String, Object> metadata) {
		if (isPlain(metadata)) {
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

	/**
	 * Return whether metadata can be read for certain, as nearly all can: to see that
	 * takes a tenth of the time that a look at its JSON takes.
	 */
	private static boolean isPlain(Map<String, Object> metadata) {
		long length = 0;
		for (Map.Entry<String, Object> member : metadata.entrySet()) {
			long ofName = plainLength(member.getKey());
			long ofValue = plainLength(member.getValue());
			if (ofName < 0 || ofValue < 0) {
				return false;
			}
			length += ofName + ofValue;
		}
		return length <= MetadataReader.MAX_LENGTH;
	}

	/**
	 * Return the most characters that the server prints of a value, or a negative number
	 * for one that has to be looked at in its JSON.
	 */
	private static long plainLength(@Nullable Object value) {
		if (value instanceof String text) {
			return (StorableText.problem(text) == null) ? (long) text.length() * LONGEST_CHARACTER + LONGEST_BORDER
					: -1;
		}
		if (value instanceof List<?> items) {
			long length = LONGEST_BORDER;
			for (Object item : items) {
				long ofItem = (item instanceof String) ? plainLength(item) : -1;
				if (ofItem < 0) {
					return -1;
				}
				length += ofItem;
			}
			return length;
		}
		boolean plain = value instanceof Integer || value instanceof Long || value instanceof Boolean
				|| (value instanceof Double number && Double.isFinite(number));
		return plain ? LONGEST_NUMBER : -1;
	}

	@SuppressWarnings("rawtypes")
	private static final class EnumSerializer extends ValueSerializer<Enum> {

		@Override
		public void serialize(Enum value, JsonGenerator json, SerializationContext context) {
			json.writeString(value.name());
		}

	}

	@SuppressWarnings("rawtypes")
	private static final class EnumKeySerializer extends ValueSerializer<Enum> {

		@Override
		public void serialize(Enum value, JsonGenerator json, SerializationContext context) {
			json.writeName(value.name());
		}

	}

	private static final class TimeSerializer extends ValueSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			json.writeString(MetadataTimes.text(value));
		}

	}

}
