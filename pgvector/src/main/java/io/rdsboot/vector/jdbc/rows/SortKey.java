package io.rdsboot.vector.jdbc.rows;

import java.math.BigDecimal;
import java.util.UUID;
import java.util.regex.Pattern;

import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.UndeclaredKey;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.StorableNumber;
import io.rdsboot.vector.type.StorableText;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Declared metadata key that rows are sorted by, and its values as the server prints
 * them. Text holds all of a type's values, also those that it does not have in Java.
 *
 * @param column declaration of the key
 */
record SortKey(MetadataColumn column) {

	private static final Pattern NO_NUMBER = Pattern.compile("NaN|-?Infinity");

	private static final Pattern TIMESTAMP = Pattern.compile("-?infinity|"
			+ "[0-9]{4,6}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
			+ "[+-][0-9]{2}(:[0-9]{2}){0,2}( BC)?");

	/**
	 * Return the key of a query.
	 * @return the key, or {@code null} if the query is sorted by id alone
	 * @throws IllegalArgumentException if rows cannot be sorted by it
	 */
	static @Nullable SortKey of(VectorTable table, RecordQuery query) {
		String key = query.sortKey();
		if (key == null) {
			return null;
		}
		MetadataColumn column = table.key(key).orElse(null);
		if (column == null) {
			throw new IllegalArgumentException(
					"vector table %s cannot be sorted by %s".formatted(table, UndeclaredKey.describe(table, key)));
		}
		Assert.isTrue(column.type() != KeyType.JSON && column.type() != KeyType.TEXT_ARRAY,
				() -> "vector table %s cannot be sorted by the key '%s' (%s): declare it with a column of one value"
					.formatted(table, key, column.type().sqlType()));
		return new SortKey(column);
	}

	/**
	 * Return the column of a row.
	 * @param row alias of the table
	 */
	String sql(String row) {
		return row + "." + VectorTable.quote(this.column.column());
	}

	/**
	 * Append a value.
	 * @param text the value as the server printed it, or as anybody else says it did
	 * @throws IllegalArgumentException if it is no value of the key's type
	 */
	void append(String text, SqlBuilder sql) {
		boolean valid;
		try {
			valid = isValue(text);
		}
		catch (IllegalArgumentException ex) {
			valid = false;
		}
		if (!valid) {
			throw new IllegalArgumentException("value '%s' of a record position does not fit metadata key '%s' (%s)"
				.formatted(StorableText.shown(text), this.column.key(), this.column.type().sqlType()));
		}
		sql.bind((statement, parameter) -> statement.setString(parameter, text))
			.append("::text::" + this.column.type().sqlType());
	}

	private boolean isValue(String text) {
		return switch (this.column.type()) {
			case TEXT -> StorableText.problem(text) == null;
			case INTEGER -> String.valueOf(Integer.parseInt(text)).equals(text);
			case BIGINT -> String.valueOf(Long.parseLong(text)).equals(text);
			case NUMERIC -> NO_NUMBER.matcher(text).matches() || StorableNumber.isStorable(new BigDecimal(text));
			case DOUBLE -> NO_NUMBER.matcher(text).matches() || Double.isFinite(new BigDecimal(text).doubleValue());
			case BOOLEAN -> text.equals("true") || text.equals("false");
			case TIMESTAMPTZ -> TIMESTAMP.matcher(text).matches();
			case UUID -> UUID.fromString(text).toString().equals(text);
			case TEXT_ARRAY, JSON -> false;
		};
	}

}
