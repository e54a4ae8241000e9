package io.rdsboot.vector.jdbc.sql;

import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.vector.ReadableMetadata;
import io.rdsboot.vector.type.StorableNumber;
import io.rdsboot.vector.type.StorableText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.NumberInput;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads metadata as far as it can be read. What is refused here is refused before it is
 * written too, so that whatever was accepted can be read. Not thread-safe.
 *
 * <p>
 * The parser's own limits are off: they would make a whole row unreadable for one of its
 * members.
 */
public final class MetadataReader {

	/** Objects and arrays within each other, the metadata itself included. */
	static final int MAX_DEPTH = 500;

	/**
	 * Characters of the whole, as the server prints it: a number of a few bytes can have
	 * a hundred thousand digits.
	 */
	public static final int MAX_LENGTH = 1 << 20;

	/** Digits that any double has; more may not survive as one. */
	private static final int EXACT_DIGITS = 15;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.build();

	private final JsonParser parser;

	private final List<String> path = new ArrayList<>();

	private final List<String> problems;

	/** Whether all numbers with a fraction or an exponent are {@link BigDecimal}s. */
	private final boolean decimals;

	private long length;

	private MetadataReader(JsonParser parser, boolean decimals, List<String> problems) {
		this.parser = parser;
		this.decimals = decimals;
		this.problems = problems;
	}

	/**
	 * Read what a row holds.
	 * @param json text of {@link ReadableMetadataSql}, of which the first
	 * {@link #MAX_LENGTH} characters are enough
	 */
	static ReadableMetadata read(String json) {
		Map<String, Object> members = new LinkedHashMap<>();
		List<String> problems = new ArrayList<>();
		boolean incomplete = json.charAt(0) == ReadableMetadataSql.INCOMPLETE;
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(),
				incomplete ? json.substring(1) : json)) {
			MetadataReader reader = new MetadataReader(parser, false, problems);
			if (incomplete) {
				problems.add("is longer than %d characters as JSON, or nested deeper than %d levels"
					.formatted(MAX_LENGTH, ReadableMetadataSql.MAX_DEPTH));
				reader.readListed(members);
			}
			else {
				reader.readMembers(members);
			}
		}
		catch (JacksonException ex) {
			problems.add((json.length() > MAX_LENGTH) ? tooLong()
					: "cannot be read as JSON: %s".formatted(ex.getOriginalMessage()));
		}
		return new ReadableMetadata(members, problems);
	}

	/**
	 * Return a parser without limits of its own.
	 */
	public static JsonParser parser(InputStream in) {
		return FACTORY.createParser(ObjectReadContext.empty(), in);
	}

	/**
	 * Read the value of a member that a parser has found, numbers with all of their
	 * digits.
	 */
	public static Map<String, Object> readExactly(JsonParser parser) {
		Map<String, Object> members = new LinkedHashMap<>();
		List<String> problems = new ArrayList<>();
		new MetadataReader(parser, true, problems).readMembers(members);
		// Goes to the end of what is no object.
		parser.skipChildren();
		return new ReadableMetadata(members, problems);
	}

	/**
	 * Return why metadata could not be read once it was stored.
	 * @param json what is to be stored
	 * @return the problem, or {@code null} if there is none
	 */
	static @Nullable String problem(String json) {
		List<String> problems = new ArrayList<>();
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
			MetadataReader reader = new MetadataReader(parser, false, problems);
			reader.readMembers(new LinkedHashMap<>());
			if (problems.isEmpty() && reader.length > MAX_LENGTH) {
				return tooLong();
			}
		}
		return problems.isEmpty() ? null : problems.get(0);
	}

	private static String tooLong() {
		return "is longer than %d characters as JSON".formatted(MAX_LENGTH);
	}

	/**
	 * Read the members of a list of them.
	 */
	private void readListed(Map<String, Object> members) {
		this.parser.nextToken();
		if (readValue(0) instanceof List<?> listed) {
			for (Object each : listed) {
				if (each instanceof Map<?, ?> member) {
					Object value = member.get("value");
					if (value != null) {
						members.put(String.valueOf(member.get("key")), value);
					}
				}
			}
		}
	}

	/**
	 * Read the members, and leave out those of which something cannot be read.
	 */
	private void readMembers(Map<String, Object> members) {
		JsonToken first = this.parser.nextToken();
		if (first != JsonToken.START_OBJECT) {
			this.problems.add("is no JSON object, but %s".formatted(switch (first) {
				case START_ARRAY -> "an array";
				case VALUE_NULL -> "null";
				case VALUE_STRING -> "a string";
				case VALUE_TRUE, VALUE_FALSE -> "a boolean";
				default -> "a number";
			}));
			return;
		}
		while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
			int before = this.problems.size();
			String name = readName(0);
			Object value = readValue(2);
			if (this.problems.size() > before) {
				this.problems.subList(before + 1, this.problems.size()).clear();
			}
			// A NullMarked map has no null values, and a filter cannot ask for them.
			else if (value != null) {
				members.put(name, value);
			}
			this.path.clear();
		}
	}

	private String readName(int level) {
		String name = this.parser.currentName();
		this.path.subList(level, this.path.size()).clear();
		this.path.add(((level > 0) ? "." : "") + name);
		StorableText.Problem problem = StorableText.problem(name);
		if (problem != null) {
			this.problems.add("has a name with %s, which PostgreSQL cannot store".formatted(problem.description()));
		}
		count(name);
		this.length += 2;
		this.parser.nextToken();
		return name;
	}

	private @Nullable Object readValue(int depth) {
		this.length += 2;
		JsonToken token = this.parser.currentToken();
		return switch (token) {
			case START_OBJECT, START_ARRAY -> readNested(depth);
			case VALUE_STRING -> readText();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readNumber(token);
			case VALUE_NULL -> {
				this.length += 4;
				yield null;
			}
			default -> {
				this.length += 5;
				yield token == JsonToken.VALUE_TRUE;
			}
		};
	}

	private @Nullable Object readNested(int depth) {
		if (depth > MAX_DEPTH) {
			this.problems.add("is nested deeper than %d levels at '%s'".formatted(MAX_DEPTH, this.path.get(0)));
			this.parser.skipChildren();
			return null;
		}
		this.length += 2;
		int level = this.path.size();
		if (this.parser.currentToken() == JsonToken.START_OBJECT) {
			Map<String, @Nullable Object> members = new LinkedHashMap<>();
			while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = readName(level);
				members.put(name, readValue(depth + 1));
			}
			this.path.subList(level, this.path.size()).clear();
			return members;
		}
		List<@Nullable Object> items = new ArrayList<>();
		this.path.add("[]");
		while (this.parser.nextToken() != JsonToken.END_ARRAY) {
			items.add(readValue(depth + 1));
		}
		this.path.remove(level);
		return items;
	}

	private String readText() {
		String text = this.parser.getString();
		StorableText.Problem problem = StorableText.problem(text);
		if (problem != null) {
			this.problems
				.add("has %s at '%s', which PostgreSQL cannot store".formatted(problem.description(), where()));
		}
		count(text);
		return text;
	}

	/**
	 * Count a text as the server prints it: in quotes, with some characters escaped.
	 */
	private void count(String text) {
		this.length += 2 + text.length();
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == '"' || character == '\\' || (character >= '\b' && character <= '\r')) {
				this.length++;
			}
			else if (character < ' ') {
				this.length += 5;
			}
		}
	}

	private @Nullable Object readNumber(JsonToken token) {
		if (this.parser.isNaN()) {
			this.problems.add(
					"has the number %s at '%s', which JSON cannot express".formatted(this.parser.getString(), where()));
			return null;
		}
		String text = this.parser.getString();
		// The JDK's own parser takes a second for the most digits that PostgreSQL stores.
		BigDecimal exact = (text.length() > EXACT_DIGITS || token == JsonToken.VALUE_NUMBER_FLOAT)
				? NumberInput.parseBigDecimal(text, true) : null;
		if (exact == null) {
			this.length += text.length();
			return this.parser.getNumberValue();
		}
		this.length += Math.max(1L, (long) exact.precision() - exact.scale()) + Math.max(0, exact.scale()) + 2;
		if (!StorableNumber.isStorable(exact)) {
			this.problems.add("has a number at '%s' of more digits than PostgreSQL can store".formatted(where()));
			return null;
		}
		if (token == JsonToken.VALUE_NUMBER_INT) {
			return this.parser.getNumberValue();
		}
		if (this.decimals) {
			return exact;
		}
		double number = exact.doubleValue();
		boolean same = text.length() <= EXACT_DIGITS
				|| (Double.isFinite(number) && new BigDecimal(Double.toString(number)).compareTo(exact) == 0);
		return same ? (Object) number : exact;
	}

	private String where() {
		return String.join("", this.path);
	}

}
