package io.rdsboot.vector.jdbc.rows;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.rdsboot.vector.ReadableMetadata;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.sql.MetadataReader;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorCodec;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads records from the JSON Lines of a {@link RecordLineWriter}, or of anybody else.
 * What a table cannot hold is told by the
 * {@link io.rdsboot.vector.jdbc.write.RecordValidator} later, with the record's position.
 * Not thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class RecordLineReader<ID> extends AbstractSpliterator<VectorRecord<ID>> {

	static final String ID = "id";

	static final String CONTENT = "content";

	static final String METADATA = "metadata";

	static final String PROBLEMS = "metadataProblems";

	static final String VECTORS = "vectors";

	private static final Pattern BITS = Pattern.compile("[01]*");

	private static final Pattern SPARSE = Pattern.compile("\\{[-+.,:0-9eE]*\\}/[0-9]+");

	private final VectorTable table;

	private final Class<ID> idClass;

	private final JsonParser parser;

	private long position;

	private RecordLineReader(VectorTable table, Class<ID> idClass, InputStream in) {
		super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
		this.table = table;
		this.idClass = idClass;
		this.parser = MetadataReader.parser(in);
	}

	/**
	 * Return the records, which are read as the stream goes on.
	 * @param in the lines, in UTF-8, which the caller closes
	 */
	public static <ID> Stream<VectorRecord<ID>> stream(VectorTable table, Class<ID> idClass, InputStream in) {
		return StreamSupport.stream(new RecordLineReader<>(table, idClass, in), false);
	}

	@Override
	public boolean tryAdvance(Consumer<? super VectorRecord<ID>> action) {
		VectorRecord<ID> record;
		try {
			JsonToken token = this.parser.nextToken();
			if (token == null) {
				return false;
			}
			require(token == JsonToken.START_OBJECT, "is no JSON object");
			record = read();
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(message("cannot be read as JSON: " + ex.getOriginalMessage()), ex);
		}
		this.position++;
		action.accept(record);
		return true;
	}

	private VectorRecord<ID> read() {
		Object id = null;
		String content = null;
		Map<String, Object> metadata = Map.of();
		List<String> problems = List.of();
		Map<String, VectorValue> vectors = new LinkedHashMap<>();
		while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String field = this.parser.currentName();
			switch (field) {
				case ID -> id = readId();
				case CONTENT -> content = readText(CONTENT);
				case METADATA -> metadata = MetadataReader.readExactly(this.parser);
				case PROBLEMS -> problems = readProblems();
				case VECTORS -> readVectors(vectors);
				default -> throw problem("has the field '%s', but may have %s".formatted(field,
						List.of(ID, CONTENT, METADATA, PROBLEMS, VECTORS)));
			}
		}
		require(id != null || this.table.hasGeneratedIds(), "has no id");
		VectorValue embedding = vectors.remove(this.table.embedding().name());
		if (!problems.isEmpty()) {
			List<String> all = new ArrayList<>(problems);
			all.addAll(ReadableMetadata.problems(metadata));
			metadata = new ReadableMetadata(metadata, all);
		}
		return new VectorRecord<>((id != null) ? this.idClass.cast(id) : null, embedding, content, metadata, vectors);
	}

	private @Nullable Object readId() {
		JsonToken token = this.parser.nextToken();
		if (token == JsonToken.VALUE_NULL && this.table.hasGeneratedIds()) {
			return null;
		}
		if (this.table.idType().isNumber()) {
			require(token == JsonToken.VALUE_NUMBER_INT, "has an id that is no whole number");
			return (this.table.idType() == IdType.BIGINT) ? (Object) this.parser.getLongValue()
					: (Object) this.parser.getIntValue();
		}
		require(token == JsonToken.VALUE_STRING, "has an id that is no string");
		String text = this.parser.getString();
		if (this.table.idType() == IdType.TEXT) {
			return text;
		}
		try {
			return UUID.fromString(text);
		}
		catch (IllegalArgumentException ex) {
			throw problem("has the id '%s', which is no UUID".formatted(text));
		}
	}

	private @Nullable String readText(String field) {
		JsonToken token = this.parser.nextToken();
		require(token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL,
				"has a %s that is no string".formatted(field));
		return (token == JsonToken.VALUE_STRING) ? this.parser.getString() : null;
	}

	private List<String> readProblems() {
		require(this.parser.nextToken() == JsonToken.START_ARRAY, "has %s that are no list".formatted(PROBLEMS));
		List<String> problems = new ArrayList<>();
		while (this.parser.nextToken() != JsonToken.END_ARRAY) {
			problems.add(this.parser.getString());
			this.parser.skipChildren();
		}
		return problems;
	}

	private void readVectors(Map<String, VectorValue> vectors) {
		require(this.parser.nextToken() == JsonToken.START_OBJECT, "has vectors that are no JSON object");
		while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = this.parser.currentName();
			VectorColumn column = this.table.vectors()
				.stream()
				.filter((each) -> each.name().equals(name))
				.findFirst()
				.orElseThrow(() -> problem("has a vector '%s', but the table has %s".formatted(name,
						this.table.vectors().stream().map(VectorColumn::name).toList())));
			JsonToken token = this.parser.nextToken();
			if (token != JsonToken.VALUE_NULL) {
				vectors.put(name, readVector(column, token));
			}
		}
	}

	private VectorValue readVector(VectorColumn column, JsonToken token) {
		ElementType type = column.type();
		if (type == ElementType.VECTOR || type == ElementType.HALFVEC) {
			require(token == JsonToken.START_ARRAY,
					"has a vector '%s' that is no list of numbers".formatted(column.name()));
			return readFloats(column);
		}
		require(token == JsonToken.VALUE_STRING,
				"has a vector '%s' that is no string, such as %s".formatted(column.name(), example(type)));
		String text = this.parser.getString();
		try {
			if (((type == ElementType.BIT) ? BITS : SPARSE).matcher(text).matches()) {
				return VectorCodec.decode(type, text.getBytes(StandardCharsets.US_ASCII));
			}
		}
		catch (IllegalArgumentException ex) {
			// told below
		}
		throw problem(
				"has a vector '%s' that is no %s, such as %s".formatted(column.name(), type.sqlName(), example(type)));
	}

	private static String example(ElementType type) {
		return (type == ElementType.BIT) ? "\"0101\"" : "\"{1:0.5,3:2}/5\"";
	}

	/**
	 * Each float is made of its text: by way of a double, a few would be rounded twice.
	 */
	private DenseVector readFloats(VectorColumn column) {
		float[] values = new float[column.dimensions()];
		int size = 0;
		for (JsonToken item = this.parser.nextToken(); item != JsonToken.END_ARRAY; item = this.parser.nextToken()) {
			require(item != null && item.isNumeric(),
					"has a vector '%s' that is no list of numbers".formatted(column.name()));
			if (size == values.length) {
				values = Arrays.copyOf(values, 2 * size);
			}
			values[size++] = Float.parseFloat(this.parser.getString());
		}
		return new DenseVector(Arrays.copyOf(values, size));
	}

	private void require(boolean condition, String problem) {
		if (!condition) {
			throw problem(problem);
		}
	}

	private IllegalArgumentException problem(String problem) {
		return new IllegalArgumentException(message(problem));
	}

	private String message(String problem) {
		return "Record %d of the JSON lines for vector table %s (line %d) %s".formatted(this.position, this.table,
				this.parser.currentTokenLocation().getLineNr(), problem);
	}

}
