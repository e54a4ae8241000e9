package io.rdsboot.springai;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.MetadataKey;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.util.ObjectUtils;

/**
 * Spring AI's filter expressions as filters of a repository. They hold for the rows that
 * {@code PgVectorStore} of Spring AI returns: a comparison needs a value, also
 * {@code NE}, while {@code NIN} holds without one; {@code NOT} turns each comparison into
 * its opposite; a list fulfils what one of its items is equal to. Immutable.
 */
final class FilterTranslator {

	/**
	 * Texts that {@code PgVectorStore} takes for dates.
	 */
	private static final Pattern MOMENT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?Z");

	/**
	 * Values up to which the items of lists are looked at too: each is a condition.
	 */
	private static final int MAX_ITEMS = 100;

	private final VectorTable table;

	FilterTranslator(VectorTable table) {
		this.table = table;
	}

	/**
	 * Return the filter.
	 * @throws IllegalArgumentException if the expression is none, or has a value that
	 * cannot be compared
	 */
	MetadataFilter translate(Expression expression) {
		return translate(expression, false);
	}

	private MetadataFilter translate(Filter.@Nullable Operand operand, boolean negated) {
		if (operand instanceof Filter.Group group) {
			return translate(group.content(), negated);
		}
		if (!(operand instanceof Expression expression)) {
			throw new IllegalArgumentException(
					"Filter expression must have a condition where it has %s: AND, OR and NOT join conditions"
						.formatted(operand));
		}
		return switch (expression.type()) {
			case NOT -> translate(expression.left(), !negated);
			case AND, OR -> join(expression, (expression.type() == ExpressionType.AND) != negated, negated);
			case ISNULL, ISNOTNULL -> presence(expression, (expression.type() == ExpressionType.ISNOTNULL) != negated);
			case IN, NIN -> {
				MetadataFilter any = any(key(expression), values(expression));
				yield ((expression.type() == ExpressionType.IN) != negated) ? any : MetadataFilter.not(any);
			}
			case EQ, NE, GT, GTE, LT, LTE ->
				compare(key(expression), negated ? opposite(expression.type()) : expression.type(), value(expression));
		};
	}

	private MetadataFilter join(Expression expression, boolean conjunction, boolean negated) {
		MetadataFilter left = translate(expression.left(), negated);
		MetadataFilter right = translate(expression.right(), negated);
		return conjunction ? left.and(right) : left.or(right);
	}

	private static MetadataFilter presence(Expression expression, boolean present) {
		MetadataKey key = key(expression);
		return present ? key.exists() : key.isNull();
	}

	private static ExpressionType opposite(ExpressionType type) {
		return switch (type) {
			case EQ -> ExpressionType.NE;
			case NE -> ExpressionType.EQ;
			case GT -> ExpressionType.LTE;
			case GTE -> ExpressionType.LT;
			case LT -> ExpressionType.GTE;
			case LTE -> ExpressionType.GT;
			default -> throw new IllegalArgumentException("no comparison: " + type);
		};
	}

	private MetadataFilter compare(MetadataKey key, ExpressionType type, @Nullable Object value) {
		if (type == ExpressionType.EQ) {
			return equal(key, value);
		}
		if (type == ExpressionType.NE) {
			return isColumn(key) && value != null ? key.ne(value)
					: (value != null) ? key.exists().and(MetadataFilter.not(equal(key, value))) : key.exists();
		}
		if (value == null) {
			throw new IllegalArgumentException(
					"Value for key '%s' is null, which has no order: use ISNULL or ISNOTNULL".formatted(key.dotted()));
		}
		Instant moment = isColumn(key) ? null : moment(value);
		Object bound = (moment != null) ? moment : value;
		return switch (type) {
			case GT -> key.gt(bound);
			case GTE -> key.gte(bound);
			case LT -> key.lt(bound);
			default -> key.lte(bound);
		};
	}

	private MetadataFilter equal(MetadataKey key, @Nullable Object value) {
		return (value != null) ? any(key, List.of(value)) : key.isJsonNull();
	}

	private MetadataFilter any(MetadataKey key, List<Object> values) {
		KeyType type = this.table.key(key.dotted()).map(MetadataColumn::type).orElse(KeyType.JSON);
		List<MetadataFilter> filters = new ArrayList<>();
		if (type != KeyType.TEXT_ARRAY) {
			Set<Object> forms = new LinkedHashSet<>();
			values.forEach((value) -> forms.addAll((type != KeyType.JSON) ? Set.of(value) : forms(value)));
			byKind(forms).forEach((kind) -> filters.add((kind.size() == 1) ? key.eq(kind.get(0)) : key.in(kind)));
		}
		if (type == KeyType.TEXT_ARRAY || (type == KeyType.JSON && values.size() <= MAX_ITEMS)) {
			values.forEach((value) -> filters.add(key.contains(value)));
		}
		return filters.isEmpty() ? key.in(List.of()) : MetadataFilter.or(filters);
	}

	/**
	 * A list of a filter has values of one type.
	 */
	private static Collection<List<Object>> byKind(Set<Object> values) {
		Map<Class<?>, List<Object>> kinds = new LinkedHashMap<>();
		for (Object value : values) {
			kinds
				.computeIfAbsent((value instanceof Number) ? Number.class : value.getClass(),
						(kind) -> new ArrayList<>())
				.add(value);
		}
		return kinds.values();
	}

	/**
	 * Return what may stand in the JSON for a value: of a moment, what Spring AI's store
	 * writes of a {@link java.util.Date}, and what it and this library write of all else.
	 */
	private static Set<Object> forms(Object value) {
		Instant moment = moment(value);
		if (moment == null) {
			return Set.of(value);
		}
		Set<Object> forms = new LinkedHashSet<>();
		if (value instanceof String) {
			forms.add(value);
		}
		forms.add(DocumentDates.text(moment));
		forms.add(moment.toString());
		return forms;
	}

	private static @Nullable Instant moment(Object value) {
		try {
			return (value instanceof String text && MOMENT.matcher(text).matches()) ? Instant.parse(text)
					: DocumentDates.moment(value);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private boolean isColumn(MetadataKey key) {
		return this.table.key(key.dotted())
			.map(MetadataColumn::type)
			.filter((type) -> type != KeyType.JSON && type != KeyType.TEXT_ARRAY)
			.isPresent();
	}

	private static MetadataKey key(Expression expression) {
		if (expression.left() instanceof Filter.Key key) {
			return MetadataKey.of(key.key());
		}
		throw new IllegalArgumentException("%s of a filter expression must have a key on its left, but has %s"
			.formatted(expression.type(), expression.left()));
	}

	private static @Nullable Object value(Expression expression) {
		if (expression.right() instanceof Filter.Value value) {
			return (value.value() instanceof Character character) ? character.toString() : value.value();
		}
		throw new IllegalArgumentException("%s of a filter expression must have a value on its right, but has %s"
			.formatted(expression.type(), expression.right()));
	}

	private static List<Object> values(Expression expression) {
		Object value = value(expression);
		if (value instanceof Collection<?> values) {
			return new ArrayList<>(values);
		}
		if (ObjectUtils.isArray(value)) {
			return new ArrayList<>(Arrays.asList(ObjectUtils.toObjectArray(value)));
		}
		throw new IllegalArgumentException(
				"%s of a filter expression must have a list of values, but has %s".formatted(expression.type(), value));
	}

}
