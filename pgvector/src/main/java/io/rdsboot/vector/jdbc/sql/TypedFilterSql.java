package io.rdsboot.vector.jdbc.sql;

import java.util.List;

import io.rdsboot.vector.filter.Between;
import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.Exists;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.IsJsonNull;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Renders conditions on metadata keys that have a column.
 */
final class TypedFilterSql {

	private final VectorTable table;

	private final String row;

	TypedFilterSql(VectorTable table, String row) {
		this.table = table;
		this.row = row;
	}

	void write(Condition filter, MetadataColumn column, FilterWriter sql) {
		KeyType type = column.type();
		String name = this.row + VectorTable.quote(column.column());
		if (filter.key().caseIgnored()) {
			writeLowered(filter, column, name, sql);
		}
		else if (filter instanceof Comparison comparison) {
			requireSingle(column);
			sql.append("%s %s ".formatted(name, FilterSql.operator(comparison.operator())))
				.value(type, convert(column, type, comparison.value()));
		}
		else if (filter instanceof Between between) {
			requireSingle(column);
			sql.append(name + " >= ")
				.value(type, convert(column, type, between.low()))
				.append(" AND %s <= ".formatted(name))
				.value(type, convert(column, type, between.high()));
		}
		else if (filter instanceof In in) {
			requireSingle(column);
			List<Object> values = in.values().stream().map((value) -> convert(column, type, value)).toList();
			sql.append(name + " = ANY (").anyOf(type, values).append(")");
		}
		else if (filter instanceof Contains contains) {
			require(type == KeyType.TEXT_ARRAY, column, "is no array and contains nothing: compare it with =");
			sql.append(name + " @> ")
				.value(KeyType.TEXT_ARRAY, List.of(convert(column, KeyType.TEXT, contains.element())));
		}
		else if (filter instanceof Like like) {
			require(type == KeyType.TEXT, column, "is no text, so it has no pattern");
			sql.append(name + " LIKE ").value(KeyType.TEXT, like.pattern());
		}
		else if (filter instanceof IsJsonNull) {
			sql.append("false");
		}
		else {
			sql.append(name + ((filter instanceof Exists) ? " IS NOT NULL" : " IS NULL"));
		}
	}

	private void writeLowered(Condition filter, MetadataColumn column, String name, FilterWriter sql) {
		boolean array = filter instanceof Contains;
		require(column.type() == (array ? KeyType.TEXT_ARRAY : KeyType.TEXT), column,
				array ? "is no text array, so it contains no text without case"
						: "is no text, so it cannot be compared without case");
		if (array) {
			sql.append("EXISTS (SELECT FROM unnest(%s) AS element WHERE ".formatted(name));
			LoweredSql.ofColumn("element").write(filter, sql);
			sql.append(")");
		}
		else {
			LoweredSql.ofColumn(name).write(filter, sql);
		}
	}

	private void requireSingle(MetadataColumn column) {
		require(column.type() != KeyType.TEXT_ARRAY, column, "is an array, to be asked what it contains");
	}

	private void require(boolean condition, MetadataColumn column, String problem) {
		if (!condition) {
			throw new IllegalArgumentException("metadata key '%s' (%s) of vector table %s %s".formatted(column.key(),
					column.type().sqlType(), this.table, problem));
		}
	}

	private Object convert(MetadataColumn column, KeyType type, Object value) {
		boolean time = type == KeyType.TIMESTAMPTZ;
		try {
			return type.convert(value);
		}
		catch (IllegalArgumentException ex) {
			String forms = (time && value instanceof String)
					? ": write 2026-01-31T12:30:00Z, 2026-01-31T12:30:00+01:00 or 2026-01-31" : "";
			throw new IllegalArgumentException(
					"value '%s' of a filter by metadata key '%s' (%s) of vector table %s %s%s".formatted(value,
							column.key(), column.type().sqlType(), this.table, ex.getMessage(), forms),
					ex);
		}
	}

}
