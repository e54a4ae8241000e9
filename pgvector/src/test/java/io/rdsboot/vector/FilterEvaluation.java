package io.rdsboot.vector;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Between;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.Exists;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.IsNull;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.Not;
import io.rdsboot.vector.filter.Or;
import org.jspecify.annotations.Nullable;

/**
 * Says by the definition whether a filter holds for metadata, in a database whose
 * collation compares code points.
 */
final class FilterEvaluation {

	private FilterEvaluation() {
	}

	static boolean holds(MetadataFilter filter, Map<String, Object> metadata) {
		if (filter instanceof And and) {
			return and.filters().stream().allMatch((each) -> holds(each, metadata));
		}
		if (filter instanceof Or or) {
			return or.filters().stream().anyMatch((each) -> holds(each, metadata));
		}
		if (filter instanceof Not not) {
			return !holds(not.filter(), metadata);
		}
		if (filter instanceof Exists exists) {
			return metadata.containsKey(exists.key());
		}
		if (filter instanceof IsNull isNull) {
			return !metadata.containsKey(isNull.key());
		}
		if (filter instanceof Contains contains) {
			return metadata.get(contains.key()) instanceof List<?> items
					&& items.stream().anyMatch((item) -> isEqual(item, contains.element()));
		}
		if (filter instanceof Like like) {
			return metadata.get(like.key()) instanceof String text && text.matches(regex(like.pattern()));
		}
		if (filter instanceof In in) {
			Object value = metadata.get(in.key());
			return in.values().stream().anyMatch((each) -> isEqual(value, each));
		}
		if (filter instanceof Between between) {
			Integer low = order(metadata.get(between.key()), between.low());
			Integer high = order(metadata.get(between.key()), between.high());
			return low != null && high != null && low >= 0 && high <= 0;
		}
		return compares((Comparison) filter, metadata.get(((Comparison) filter).key()));
	}

	private static boolean compares(Comparison comparison, @Nullable Object value) {
		Integer order = order(value, comparison.value());
		return switch (comparison.operator()) {
			case EQUAL -> isEqual(value, comparison.value());
			case NOT_EQUAL -> value != null && !isEqual(value, comparison.value());
			case GREATER -> order != null && order > 0;
			case GREATER_OR_EQUAL -> order != null && order >= 0;
			case LESS -> order != null && order < 0;
			case LESS_OR_EQUAL -> order != null && order <= 0;
		};
	}

	private static boolean isEqual(@Nullable Object value, Object other) {
		Integer order = order(value, other);
		return (order != null) ? order == 0 : other.equals(value);
	}

	private static @Nullable Integer order(@Nullable Object value, Object other) {
		if (value instanceof Number number && other instanceof BigDecimal decimal) {
			return new BigDecimal(number.toString()).compareTo(decimal);
		}
		if (value instanceof String text && other instanceof String otherText) {
			return Arrays.compareUnsigned(text.getBytes(StandardCharsets.UTF_8),
					otherText.getBytes(StandardCharsets.UTF_8));
		}
		if (value instanceof Instant instant && other instanceof Instant otherInstant) {
			return instant.compareTo(otherInstant);
		}
		return (value instanceof UUID uuid && other instanceof UUID otherUuid)
				? uuid.toString().compareTo(otherUuid.toString()) : null;
	}

	private static String regex(String pattern) {
		StringBuilder regex = new StringBuilder("(?s)");
		for (int i = 0; i < pattern.length(); i++) {
			char character = pattern.charAt(i);
			if (character == '%') {
				regex.append(".*");
			}
			else if (character == '_') {
				regex.append(".");
			}
			else {
				regex.append("\\Q").append((character == '\\') ? pattern.charAt(++i) : character).append("\\E");
			}
		}
		return regex.toString();
	}

}
