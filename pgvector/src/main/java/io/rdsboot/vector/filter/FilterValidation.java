package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import io.rdsboot.vector.type.StorableNumber;
import io.rdsboot.vector.type.StorableText;
import org.jspecify.annotations.Nullable;

/**
 * What a filter may consist of, and how its values are kept.
 */
final class FilterValidation {

	private FilterValidation() {
	}

	static String requireName(@Nullable String name) {
		if (name == null) {
			throw new IllegalArgumentException("Key of a metadata filter must not be null");
		}
		requireStorable("Key '%s' of a metadata filter".formatted(SafeText.of(name)), name);
		return name;
	}

	static void requirePresenceKey(MetadataKey key) {
		if (key.caseIgnored()) {
			throw new IllegalArgumentException(
					"Key '%s' must not ignore case to be asked whether it has a value: leave that out"
						.formatted(key.shown()));
		}
	}

	static Object value(MetadataKey key, @Nullable Object value) {
		Object kept = kept(key, value);
		if (key.caseIgnored() && !(kept instanceof String)) {
			throw problem(key, "must be text to be compared without case, but is %s".formatted(FilterText.value(kept)));
		}
		return kept;
	}

	private static Object kept(MetadataKey key, @Nullable Object value) {
		if (value == null) {
			throw problem(key, "must not be null: use isNull to find rows without one");
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof String text) {
			requireStorable("Value %s for key '%s'".formatted(SafeText.of(FilterText.value(text)), key.shown()), text);
			return text;
		}
		if (value instanceof Boolean || value instanceof UUID) {
			return value;
		}
		Object time = MetadataTimes.stored(value);
		if (time != null) {
			return time;
		}
		if (value instanceof Number number) {
			BigDecimal decimal = decimal(key, number);
			if (decimal != null) {
				return decimal;
			}
		}
		throw problem(key, "must be a String, number, Boolean, UUID, enum, date or time, but is a %s"
			.formatted(value.getClass().getTypeName()));
	}

	static Object orderedValue(MetadataKey key, @Nullable Object value) {
		if (key.caseIgnored()) {
			throw new IllegalArgumentException(
					"Key '%s' must not ignore case to be compared by order: use =, !=, in, like or contains"
						.formatted(key.shown()));
		}
		Object checked = value(key, value);
		if (checked instanceof Boolean) {
			throw problem(key, "must have an order to be compared by it, but is %s: use = or !=".formatted(checked));
		}
		return checked;
	}

	static void requireSameType(MetadataKey key, Object first, Object other) {
		if (first.getClass() != other.getClass()) {
			throw new IllegalArgumentException("Values for key '%s' must be of one type, but are %s (%s) and %s (%s)"
				.formatted(key.shown(), SafeText.of(FilterText.value(first)), first.getClass().getSimpleName(),
						SafeText.of(FilterText.value(other)), other.getClass().getSimpleName()));
		}
	}

	static List<MetadataFilter> operands(String operator, List<MetadataFilter> filters,
			Function<MetadataFilter, List<MetadataFilter>> flatten) {
		List<MetadataFilter> operands = present(operator, filters).stream()
			.flatMap((filter) -> flatten.apply(filter).stream())
			.toList();
		if (operands.size() < 2) {
			throw new IllegalArgumentException(
					"Filters to join with '%s' must be at least two, but are %d".formatted(operator, operands.size()));
		}
		FilterBounds.check(operands);
		return operands;
	}

	static List<MetadataFilter> present(String operator, List<? extends @Nullable MetadataFilter> filters) {
		return filters.stream().<MetadataFilter>map((filter) -> {
			if (filter == null) {
				throw new IllegalArgumentException("Filter for '%s' must not be null".formatted(operator));
			}
			return filter;
		}).toList();
	}

	private static @Nullable BigDecimal decimal(MetadataKey key, Number number) {
		if (number instanceof Byte || number instanceof Short || number instanceof Integer || number instanceof Long) {
			return canonical(BigDecimal.valueOf(number.longValue()));
		}
		if (number instanceof Float || number instanceof Double) {
			if (!Double.isFinite(number.doubleValue())) {
				throw problem(key, "must be a finite number, but is %s".formatted(number));
			}
			return canonical(new BigDecimal(number.toString()));
		}
		if (number instanceof BigInteger integer) {
			return bounded(key, new BigDecimal(integer));
		}
		return (number instanceof BigDecimal decimal) ? bounded(key, decimal) : null;
	}

	private static BigDecimal bounded(MetadataKey key, BigDecimal number) {
		if (!StorableNumber.isStorable(number)) {
			throw problem(key, "must have at most %d digits before the decimal point and %d behind it"
				.formatted(StorableNumber.MAX_DIGITS, StorableNumber.MAX_SCALE));
		}
		return canonical(number);
	}

	private static BigDecimal canonical(BigDecimal number) {
		BigDecimal stripped = StorableNumber.stripped(number);
		return (stripped.scale() < 0) ? stripped.setScale(0) : stripped;
	}

	private static void requireStorable(String subject, String text) {
		StorableText.Problem problem = StorableText.problem(text);
		if (problem != null) {
			throw new IllegalArgumentException("%s has %s at index %d, which PostgreSQL cannot store".formatted(subject,
					problem.description(), problem.index()));
		}
	}

	private static IllegalArgumentException problem(MetadataKey key, String problem) {
		return new IllegalArgumentException("Value for key '%s' %s".formatted(key.shown(), problem));
	}

}
