package io.rdsboot.langchain4j;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import dev.langchain4j.data.document.Metadata;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import tools.jackson.databind.json.JsonMapper;

/**
 * LangChain4j's metadata as a repository has it, and back. Thread-safe.
 *
 * <p>
 * LangChain4j has texts, UUIDs and numbers of four classes, and its getters convert
 * between them. A value under a declared key gets the key's type, if that has an equal; a
 * UUID under another key is its text, because JSON has no UUIDs.
 */
final class MetadataMapper {

	/** Digits that every long can have. */
	private static final int LONG_DIGITS = 18;

	private static final JsonMapper JSON = new JsonMapper();

	private final VectorTable table;

	MetadataMapper(VectorTable table) {
		this.table = table;
	}

	Map<String, Object> toRecord(Metadata metadata) {
		Map<String, Object> stored = new LinkedHashMap<>();
		metadata.toMap().forEach((key, value) -> stored.put(key, toStored(key, value)));
		return stored;
	}

	/**
	 * Return a value as a repository stores it and looks for it. What does not fit a
	 * declared key stays as it is, for the repository to refuse.
	 */
	Object toStored(String key, Object value) {
		MetadataColumn declared = this.table.key(key).filter((column) -> !column.place().isJson()).orElse(null);
		if (declared != null) {
			Object converted = declared.place().convert(value);
			return (converted != null) ? converted : value;
		}
		if (value instanceof UUID) {
			return value.toString();
		}
		// The same decimal: as a double, 1.23f would be 1.2300000190734863.
		return (value instanceof Float number && Float.isFinite(number)) ? Double.valueOf(number.toString()) : value;
	}

	/**
	 * Return what LangChain4j can hold of a row's metadata, other writers' included. What
	 * is neither text nor one of its numbers comes as text: {@code Metadata.getDouble}
	 * reads that too.
	 */
	Metadata toMetadata(Map<String, Object> stored) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		stored.forEach((key, value) -> {
			// LangChain4j has no such key.
			if (!key.isBlank()) {
				metadata.put(key, toValue(value));
			}
		});
		return Metadata.from(metadata);
	}

	private static Object toValue(Object stored) {
		if (stored instanceof String || stored instanceof UUID || stored instanceof Integer || stored instanceof Long
				|| stored instanceof Double) {
			return stored;
		}
		if (stored instanceof BigInteger integer) {
			return toNumber(new BigDecimal(integer));
		}
		if (stored instanceof BigDecimal decimal) {
			return toNumber(decimal);
		}
		return (stored instanceof Map<?, ?> || stored instanceof Iterable<?>) ? JSON.writeValueAsString(stored)
				: stored.toString();
	}

	private static Object toNumber(BigDecimal number) {
		if (number.scale() <= 0 && number.precision() <= LONG_DIGITS) {
			return number.longValueExact();
		}
		double floating = number.doubleValue();
		boolean exact = Double.isFinite(floating) && new BigDecimal(Double.toString(floating)).compareTo(number) == 0;
		return exact ? (Object) floating : number.toString();
	}

}
