package io.rdsboot.vector;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.rdsboot.vector.filter.And;
import io.rdsboot.vector.filter.Between;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.Exists;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.IsAbsent;
import io.rdsboot.vector.filter.IsJsonNull;
import io.rdsboot.vector.filter.IsNull;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.MetadataKey;
import io.rdsboot.vector.filter.Not;
import io.rdsboot.vector.filter.Or;
import org.jspecify.annotations.Nullable;

/**
 * Says by the definition whether a filter holds for metadata, in a database whose
 * collation compares code points.
 */
final class FilterEvaluation {

	private static final Object ABSENT = new Object();

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
		return holds((Condition) filter, value(((Condition) filter).key(), metadata));
	}

	/**
	 * Returns a value, {@code null} for JSON's {@code null}, or {@link #ABSENT}.
	 */
	private static @Nullable Object value(MetadataKey key, Map<String, Object> metadata) {
		Object value = metadata;
		for (String name : key.names()) {
			if (!(value instanceof Map<?, ?> members) || !members.containsKey(name)) {
				return ABSENT;
			}
			value = members.get(name);
		}
		return key.caseIgnored() ? lower(value) : value;
	}

	/**
	 * Returns texts in lower case, as the test's database has it for the test's letters.
	 */
	private static @Nullable Object lower(@Nullable Object value) {
		if (value instanceof List<?> items) {
			return items.stream().map(FilterEvaluation::lower).toList();
		}
		return (value instanceof String text) ? text.toLowerCase(Locale.ROOT) : value;
	}

	private static boolean holds(Condition condition, @Nullable Object value) {
		if (condition instanceof IsNull) {
			return value == null || value == ABSENT;
		}
		if (condition instanceof IsAbsent) {
			return value == ABSENT;
		}
		if (condition instanceof IsJsonNull) {
			return value == null;
		}
		if (value == null || value == ABSENT) {
			return false;
		}
		UnaryOperator<Object> same = condition.key().caseIgnored() ? (each) -> String.valueOf(lower(each))
				: (each) -> each;
		if (condition instanceof Contains contains) {
			return value instanceof List<?> items
					&& items.stream().anyMatch((item) -> isEqual(item, same.apply(contains.element())));
		}
		if (condition instanceof Like like) {
			return value instanceof String text && text.matches(regex((String) same.apply(like.pattern())));
		}
		if (condition instanceof In in) {
			return in.values().stream().anyMatch((each) -> isEqual(value, same.apply(each)));
		}
		if (condition instanceof Between between) {
			Integer low = order(value, between.low());
			Integer high = order(value, between.high());
			return low != null && high != null && low >= 0 && high <= 0;
		}
		return condition instanceof Exists
				|| compares(((Comparison) condition).operator(), value, same.apply(((Comparison) condition).value()));
	}

	private static boolean compares(Comparison.Operator operator, Object value, Object other) {
		Integer order = order(value, other);
		return switch (operator) {
			case EQUAL -> isEqual(value, other);
			case NOT_EQUAL -> !isEqual(value, other);
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
