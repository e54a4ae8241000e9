package io.rdsboot.vector;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Which records a table takes, by the documentation alone.
 */
final class RecordRules {

	private static final int MAX_INDEXED_BYTES = 2_600;

	private static final int MAX_INDEXED_DIGITS = 5_000;

	static final int MAX_DEPTH = 500;

	static final int MAX_LENGTH = 1 << 20;

	private final VectorTable table;

	RecordRules(VectorTable table) {
		this.table = table;
	}

	/**
	 * Returns the fields for which a record has to be refused.
	 */
	Set<String> refused(RawRecord raw, Object tenant) {
		Set<String> fields = new HashSet<>();
		if (this.table.idType() == IdType.TEXT && (raw.textId().isEmpty() || !isIndexable(raw.textId())
				|| !CanonicalValues.isStorable(raw.textId()))) {
			fields.add("id");
		}
		VectorColumn column = this.table.embedding();
		ElementType type = (column.quantization() == Quantization.HALF) ? ElementType.HALFVEC : column.type();
		if (isVectorRefused(type, column.distance(), PropertyShapes.DIMENSIONS, raw.vector())) {
			fields.add("embedding");
		}
		if (raw.second() != null && this.table.vectors().size() > 1
				&& isVectorRefused(ElementType.VECTOR, Distance.L2, 2, raw.second())) {
			fields.add("second");
		}
		if (raw.content() != null
				&& (this.table.contentColumn() == null || !CanonicalValues.isStorable(raw.content()))) {
			fields.add("content");
		}
		raw.metadata().forEach((key, value) -> {
			if (isMemberRefused(key, value, tenant)) {
				fields.add("metadata");
			}
		});
		if (length(raw) > MAX_LENGTH) {
			fields.add("metadata");
		}
		return fields;
	}

	/**
	 * Returns whether metadata has so nearly the greatest length that this class cannot
	 * tell.
	 */
	boolean isDoubtful(RawRecord raw) {
		long length = length(raw);
		return length > MAX_LENGTH * 0.99 && length < MAX_LENGTH * 1.01;
	}

	private static boolean isVectorRefused(ElementType type, Distance distance, int dimensions, float[] values) {
		if (values.length != dimensions || type == ElementType.BIT) {
			return values.length != dimensions;
		}
		double squares = 0;
		boolean zero = true;
		for (float value : values) {
			if (!Float.isFinite(value) || (type == ElementType.HALFVEC && Math.abs(value) >= 65_520)) {
				return true;
			}
			squares += value * value;
			zero &= (type == ElementType.HALFVEC) ? Math.abs(value) <= 0x1p-25 : value * value == 0;
		}
		return squares >= 0x1p125 || (zero && distance == Distance.COSINE);
	}

	private boolean isMemberRefused(String key, Object value, Object tenant) {
		MetadataColumn declared = this.table.key(key).orElse(null);
		if (declared == null || declared.type() == KeyType.JSON) {
			return (declared == null && this.table.undeclaredKeysRefused()) || !CanonicalValues.isStorable(key)
					|| !isReadable(CanonicalValues.json(value));
		}
		Object stored = CanonicalValues.column(declared.type(), value);
		if (stored == null || (key.equals(PropertyShapes.TENANT)
				&& !stored.equals(CanonicalValues.column(declared.type(), tenant)))) {
			return true;
		}
		return declared.indexed() && !isIndexable(stored);
	}

	private static boolean isIndexable(Object stored) {
		if (stored instanceof List<?> items) {
			return items.stream().allMatch(RecordRules::isIndexable);
		}
		if (stored instanceof BigDecimal number) {
			return number.precision() <= MAX_INDEXED_DIGITS;
		}
		return !(stored instanceof String text) || text.getBytes(StandardCharsets.UTF_8).length <= MAX_INDEXED_BYTES;
	}

	private static boolean isReadable(Object json) {
		return isStorable(json) && depth(json) < MAX_DEPTH;
	}

	/**
	 * Returns how many lists and maps are within each other.
	 */
	static int depth(Object json) {
		Collection<?> within = (json instanceof List<?> items) ? items
				: (json instanceof Map<?, ?> members) ? members.values() : null;
		return (within != null) ? 1 + within.stream().mapToInt(RecordRules::depth).max().orElse(0) : 0;
	}

	/**
	 * Returns whether the server takes it.
	 */
	static boolean isStorable(Object json) {
		if (json instanceof String text) {
			return CanonicalValues.isStorable(text);
		}
		if (json instanceof BigDecimal number) {
			return CanonicalValues.isStorable(number);
		}
		if (json instanceof List<?> items) {
			return items.stream().allMatch(RecordRules::isStorable);
		}
		if (json instanceof Map<?, ?> members) {
			return members.entrySet()
				.stream()
				.allMatch((member) -> CanonicalValues.isStorable(String.valueOf(member.getKey()))
						&& isStorable(member.getValue()));
		}
		return json != CanonicalValues.NO_NUMBER;
	}

	/**
	 * Returns about how many characters the server prints of the {@code jsonb}.
	 */
	private long length(RawRecord raw) {
		long length = 2;
		for (Map.Entry<String, Object> member : raw.metadata().entrySet()) {
			MetadataColumn declared = this.table.key(member.getKey()).orElse(null);
			if (declared == null || declared.type() == KeyType.JSON) {
				length += length(member.getKey()) + 2 + length(CanonicalValues.json(member.getValue())) + 2;
			}
		}
		return length;
	}

	static long length(@Nullable Object json) {
		if (json instanceof List<?> items) {
			return 2 + items.stream().mapToLong((item) -> length(item) + 2).sum();
		}
		if (json instanceof Map<?, ?> members) {
			return 2 + members.entrySet()
				.stream()
				.mapToLong((member) -> length(member.getKey()) + length(member.getValue()) + 4)
				.sum();
		}
		return (json instanceof BigDecimal number) ? Math.max(number.precision() - number.scale(), number.precision())
				: String.valueOf(json).length() + 2;
	}

}
