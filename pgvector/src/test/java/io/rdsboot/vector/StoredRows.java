package io.rdsboot.vector;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What stands in a table, asked of the server in plain SQL, as text.
 */
final class StoredRows {

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNumberLength(200_000)
				.maxStringLength(Integer.MAX_VALUE)
				.maxNameLength(Integer.MAX_VALUE)
				.maxNestingDepth(10_000)
				.build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
		.build();

	private final JdbcTemplate jdbc;

	private final VectorTable table;

	StoredRows(JdbcTemplate jdbc, VectorTable table) {
		this.jdbc = jdbc;
		this.table = table;
	}

	/**
	 * Returns all rows by their ids, those of every tenant.
	 */
	Map<Object, Row> all() {
		Map<String, String> columns = new LinkedHashMap<>();
		this.table.vectors().forEach((column) -> columns.put(column.name(), quoted(column.name()) + "::text"));
		if (this.table.contentColumn() != null) {
			columns.put("content", "content");
		}
		if (this.table.metadataColumn() != null) {
			columns.put("metadata", "metadata::text");
		}
		this.table.typedKeys().forEach((key) -> columns.put("key " + key.key(), text(key)));
		List<String> names = List.copyOf(columns.keySet());
		Map<Object, Row> rows = new HashMap<>();
		this.jdbc.query("SELECT id::text, %s FROM %s".formatted(String.join(", ", columns.values()), this.table.name()),
				(row) -> {
					rows.put(id(row.getString(1)), row(row, names));
				});
		return rows;
	}

	/**
	 * Inserts a row as another application would.
	 */
	void insert(Object id, Map<String, Object> document, Object tenant) {
		ElementType type = this.table.embedding().type();
		List<String> columns = new ArrayList<>(List.of("id", "embedding", "metadata"));
		List<Object> values = new ArrayList<>(
				List.of(id, RawRecord.literal(type, new float[] { 1, 1, 1 }), CanonicalValues.jsonText(document)));
		String parameters = "?, ?::%s, ?::jsonb".formatted(typeName(type, PropertyShapes.DIMENSIONS));
		if (this.table.tenantKey() != null) {
			columns.add(quoted(this.table.tenantKey().column()));
			values.add(tenant);
			parameters += ", ?";
		}
		this.jdbc.update(
				"INSERT INTO %s (%s) VALUES (%s)".formatted(this.table.name(), String.join(", ", columns), parameters),
				values.toArray());
	}

	/**
	 * Deletes a row.
	 */
	void delete(Object id) {
		this.jdbc.update("DELETE FROM %s WHERE id = ?".formatted(this.table.name()), id);
	}

	private static String quoted(String identifier) {
		return '"' + identifier + '"';
	}

	private static String text(MetadataColumn key) {
		String column = quoted(key.column());
		return switch (key.type()) {
			// The epoch of the last microseconds that the server has is rounded.
			case TIMESTAMPTZ -> ("extract(epoch FROM date_trunc('minute', %1$s))::bigint || '+' ||"
					+ " extract(microseconds FROM %1$s)::bigint")
				.formatted(column);
			case TEXT_ARRAY -> "array_to_json(%s)::text".formatted(column);
			default -> column + "::text";
		};
	}

	/**
	 * Returns the id of which this is the text.
	 */
	Object id(String text) {
		return switch (this.table.idType()) {
			case TEXT -> text;
			case UUID -> UUID.fromString(text);
			case BIGINT -> Long.valueOf(text);
			case INTEGER -> Integer.valueOf(text);
		};
	}

	private Row row(ResultSet row, List<String> names) throws SQLException {
		float @Nullable [] second = null;
		float[] embedding = {};
		String content = null;
		Map<String, Object> metadata = new TreeMap<>();
		for (int i = 0; i < names.size(); i++) {
			String name = names.get(i);
			String text = row.getString(i + 2);
			if (text == null) {
				continue;
			}
			switch (name) {
				case "embedding" -> embedding = CanonicalValues.floats(text);
				case "second" -> second = CanonicalValues.floats(text);
				case "content" -> content = text;
				case "metadata" -> metadata.putAll(json(text));
				default -> {
					MetadataColumn key = this.table.key(name.substring("key ".length())).orElseThrow();
					metadata.put(key.key(), column(key.type(), text));
				}
			}
		}
		return new Row(embedding, second, content, metadata);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> json(String text) {
		return (Map<String, Object>) CanonicalValues.json(JSON.readValue(text, Map.class));
	}

	private static Object column(KeyType type, String text) {
		return switch (type) {
			case INTEGER, BIGINT, NUMERIC, DOUBLE -> CanonicalValues.stripped(new BigDecimal(text));
			case BOOLEAN -> Boolean.valueOf(text);
			case TIMESTAMPTZ -> moment(text);
			case UUID -> UUID.fromString(text);
			case TEXT_ARRAY -> JSON.readValue(text, List.class);
			default -> text;
		};
	}

	private static Instant moment(String secondsAndMicros) {
		String[] parts = secondsAndMicros.split("\\+");
		return Instant.ofEpochSecond(Long.parseLong(parts[0])).plus(Long.parseLong(parts[1]), ChronoUnit.MICROS);
	}

	/**
	 * Returns the row that a record becomes.
	 */
	Row expected(RawRecord raw, Object tenant) {
		Map<String, Object> metadata = new TreeMap<>();
		raw.metadata().forEach((key, value) -> {
			KeyType type = this.table.key(key).map(MetadataColumn::type).orElse(KeyType.JSON);
			Object stored = CanonicalValues.column(type, value);
			if (stored != null) {
				metadata.put(key, stored);
			}
		});
		MetadataColumn tenantKey = this.table.tenantKey();
		if (tenantKey != null) {
			Object stored = CanonicalValues.column(tenantKey.type(), tenant);
			metadata.put(tenantKey.key(), (stored != null) ? stored : tenant);
		}
		return new Row(asStored(this.table.embedding().type(), raw.vector()),
				(this.table.vectors().size() > 1) ? raw.second() : null, raw.content(), metadata);
	}

	/**
	 * Returns a vector as the server reads its text.
	 */
	private float[] asStored(ElementType type, float[] values) {
		String sql = "SELECT CAST(? AS %s)::text".formatted(typeName(type, values.length));
		String text = this.jdbc.queryForObject(sql, String.class, RawRecord.literal(type, values));
		return CanonicalValues.floats(String.valueOf(text));
	}

	static String typeName(ElementType type, int dimensions) {
		return type.sqlName() + "(" + dimensions + ")";
	}

	/**
	 * Content of a row.
	 *
	 * @param embedding values of the main vector
	 * @param second values of the further vector
	 * @param content the content
	 * @param metadata canonical values of declared and undeclared keys
	 */
	record Row(float[] embedding, float @Nullable [] second, @Nullable String content, Map<String, Object> metadata) {

		/**
		 * Returns the metadata without members that are JSON's {@code null}.
		 */
		Map<String, Object> present() {
			Map<String, Object> present = new TreeMap<>(this.metadata);
			present.values().removeIf((value) -> value == CanonicalValues.NULL);
			return present;
		}

		List<Object> parts() {
			return new ArrayList<>(
					Arrays.asList(floats(this.embedding), floats(this.second), this.content, this.metadata));
		}

		private static @Nullable Object floats(float @Nullable [] values) {
			return (values != null) ? Arrays.toString(values) : null;
		}

	}

}
