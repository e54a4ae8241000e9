package io.rdsboot.vector.jdbc.sql;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.vector.filter.Between;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Comparison.Operator;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.Exists;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.IsAbsent;
import io.rdsboot.vector.filter.IsJsonNull;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Renders conditions on members of the metadata. Equality is containment, which a GIN
 * index serves; no condition casts, because a cast can fail.
 */
final class JsonFilterSql {

	/**
	 * Moments of which the text has the order of time.
	 */
	private static final Instant FIRST_MOMENT = Instant.parse("0000-01-01T00:00:00Z");

	private static final Instant MOMENTS_END = Instant.parse("+10000-01-01T00:00:00Z");

	private static final String MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$";

	private static final Pattern MOMENT_END = Pattern.compile("[Z0.]+$");

	private static final int MAX_CONTAINED = 50;

	private final VectorTable table;

	private final String document;

	private final MetadataCodec codec = new MetadataCodec();

	JsonFilterSql(VectorTable table, String row) {
		this.table = table;
		this.document = table.metadataDocument(row);
	}

	void write(Condition filter, List<String> key, FilterWriter sql) {
		if (filter.key().caseIgnored()) {
			writeLowered(filter, key, sql);
		}
		else if (filter instanceof Comparison comparison) {
			compare(comparison, key, sql);
		}
		else if (filter instanceof Between between) {
			order(key, Operator.GREATER_OR_EQUAL, between.low(), sql);
			sql.append(" AND ");
			order(key, Operator.LESS_OR_EQUAL, between.high(), sql);
		}
		else if (filter instanceof In in) {
			containAny(key, in.values(), sql);
		}
		else if (filter instanceof Contains contains) {
			contain(key, List.of(contains.element()), sql);
		}
		else if (filter instanceof Like like) {
			text(key, sql);
			sql.append(" LIKE ").value(KeyType.TEXT, like.pattern());
		}
		else {
			writePresence(filter, key, sql);
		}
	}

	private void writePresence(Condition filter, List<String> key, FilterWriter sql) {
		if (filter instanceof Exists) {
			exist(key, sql);
		}
		else if (filter instanceof IsAbsent) {
			member(key, sql);
			sql.append(" IS NULL");
		}
		else if (filter instanceof IsJsonNull) {
			contain(key, null, sql);
		}
		else {
			sql.append("coalesce(");
			type(key, sql);
			sql.append(", 'null') = 'null'");
		}
	}

	private void writeLowered(Condition filter, List<String> key, FilterWriter sql) {
		if (filter instanceof Contains) {
			sql.append("EXISTS (SELECT FROM jsonb_array_elements(CASE WHEN ");
			type(key, sql);
			sql.append(" = 'array' THEN ");
			member(key, sql);
			sql.append(" END) AS element WHERE jsonb_typeof(element) = 'string' AND ");
			LoweredSql.of((text) -> text.append("element #>> '{}'")).write(filter, sql);
			sql.append(")");
		}
		else if (filter instanceof Comparison comparison && comparison.operator() == Operator.NOT_EQUAL) {
			exist(key, sql);
			sql.append(" AND (");
			writeLowered(new Comparison(filter.key(), Operator.EQUAL, comparison.value()), key, sql);
			sql.append(") IS NOT TRUE");
		}
		else {
			LoweredSql.of((text) -> text(key, text)).write(filter, sql);
		}
	}

	private void compare(Comparison comparison, List<String> key, FilterWriter sql) {
		switch (comparison.operator()) {
			case EQUAL -> containAny(key, List.of(comparison.value()), sql);
			case NOT_EQUAL -> {
				exist(key, sql);
				forms(comparison.value()).forEach((form) -> {
					sql.append(" AND NOT ");
					contain(key, form, sql);
				});
			}
			default -> order(key, comparison.operator(), comparison.value(), sql);
		}
	}

	/**
	 * A GIN index serves few values. Of many the server makes a hash table, and looks
	 * each row's value up in it.
	 */
	private void containAny(List<String> key, List<Object> asked, FilterWriter sql) {
		List<Object> values = asked.stream().flatMap(this::forms).toList();
		if (values.isEmpty() || values.size() > MAX_CONTAINED) {
			member(key, sql);
			sql.append(" = ANY (").jsons(values.stream().map(this.codec::writeValue).toList()).append(")");
			return;
		}
		for (int i = 0; i < values.size(); i++) {
			sql.append((i > 0) ? " OR " : "");
			contain(key, values.get(i), sql);
		}
	}

	/**
	 * Return what may stand in the JSON for a value.
	 */
	private Stream<Object> forms(Object value) {
		return this.table.hasNumericText() ? NumericText.forms(value) : Stream.of(value);
	}

	private void contain(List<String> key, @Nullable Object value, FilterWriter sql) {
		Map<String, @Nullable Object> document = Collections.singletonMap(key.get(key.size() - 1), value);
		for (int i = key.size() - 2; i >= 0; i--) {
			document = Collections.singletonMap(key.get(i), document);
		}
		sql.append(this.document + " @> ").json(this.codec.writeValue(document));
	}

	private void order(List<String> key, Operator operator, Object value, FilterWriter sql) {
		if (value instanceof Instant moment) {
			orderMoment(key, operator, moment, sql);
			return;
		}
		if (value instanceof BigDecimal number && this.table.hasNumericText()) {
			sql.append("(");
			orderText(key, operator, number, sql);
			sql.append(" OR ");
			orderJson(key, operator, value, sql);
			sql.append(")");
		}
		else {
			orderJson(key, operator, value, sql);
		}
	}

	private void orderJson(List<String> key, Operator operator, Object value, FilterWriter sql) {
		String name = key.get(key.size() - 1);
		type(key, sql);
		sql.append(" = '%s' AND ".formatted((value instanceof BigDecimal) ? "number" : "string"));
		member(key, sql);
		// Taken out of a document, so that one way of writing JSON is enough.
		sql.append(" %s (".formatted(FilterSql.operator(operator)))
			.json(this.codec.write(Map.of(name, value)))
			.append(" -> ")
			.value(KeyType.TEXT, name)
			.append(")");
	}

	/**
	 * Append a condition on text that is a number. Only within {@code CASE} is nothing
	 * cast that is none.
	 */
	private void orderText(List<String> key, Operator operator, BigDecimal number, FilterWriter sql) {
		sql.append("CASE WHEN ");
		text(key, sql);
		sql.append(" ~ ").value(KeyType.TEXT, NumericText.PATTERN).append(" THEN ");
		member(key, "->>", sql);
		sql.append("::numeric %s ".formatted(FilterSql.operator(operator)))
			.value(KeyType.NUMERIC, number)
			.append(" END");
	}

	/**
	 * Without the letter and the zeros at its end, the text of a moment has the order of
	 * time, however many digits its fraction has.
	 */
	private void orderMoment(List<String> key, Operator operator, Instant moment, FilterWriter sql) {
		if (moment.isBefore(FIRST_MOMENT) || !moment.isBefore(MOMENTS_END)) {
			throw new IllegalArgumentException(
					"value '%s' of a filter by metadata key '%s' of vector table %s is outside the years 0 to 9999, "
						.formatted(moment, String.join(".", key), this.table)
							+ "and as JSON such a time has no order: declare the key as %s"
								.formatted(KeyType.TIMESTAMPTZ.sqlType()));
		}
		text(key, sql);
		sql.append(" ~ ").value(KeyType.TEXT, MOMENT).append(" AND rtrim(");
		text(key, sql);
		sql.append(", 'Z0.') COLLATE \"C\" %s ".formatted(FilterSql.operator(operator)))
			.value(KeyType.TEXT, MOMENT_END.matcher(moment.toString()).replaceFirst(""));
	}

	private void exist(List<String> key, FilterWriter sql) {
		type(key, sql);
		sql.append(" <> 'null'");
	}

	/**
	 * Append the member's type, {@code NULL} if there is no member.
	 */
	private void type(List<String> key, FilterWriter sql) {
		sql.append("jsonb_typeof(");
		member(key, sql);
		sql.append(")");
	}

	/**
	 * Append the member's text, {@code NULL} if it is none. Of anything else no text is
	 * made, whatever the planner looks at first: it could be gigabytes.
	 */
	private void text(List<String> key, FilterWriter sql) {
		sql.append("CASE WHEN ");
		type(key, sql);
		sql.append(" = 'string' THEN ");
		member(key, "->>", sql);
		sql.append(" END");
	}

	private void member(List<String> key, FilterWriter sql) {
		member(key, "->", sql);
	}

	/**
	 * Append a member. Text that an operator looks for is a name, never the position of
	 * an array's element.
	 * @param last operator of the last name
	 */
	private void member(List<String> key, String last, FilterWriter sql) {
		sql.append("(" + this.document);
		for (int i = 0; i < key.size(); i++) {
			sql.append(" %s ".formatted((i < key.size() - 1) ? "->" : last)).value(KeyType.TEXT, key.get(i));
		}
		sql.append(")");
	}

}
