package io.rdsboot.move.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A table that both databases have, and the SQL to read it. Immutable.
 *
 * @param name its name
 * @param from what stands after {@code FROM}
 * @param columns the columns that both sides have, by name
 * @param key the columns of the key, empty if there is none
 * @param ordered whether both servers sort the key alike
 * @param estimatedRows how many rows the source's statistics know, 0 if none
 * @param hash the hash of a text
 */
record ComparedTable(TableName name, String from, List<Column> columns, List<Column> key, boolean ordered,
		long estimatedRows, RowHash hash) {

	/**
	 * Expression of the hash of a row.
	 */
	private String rowHash() {
		return this.hash.of("ROW(%s)::text".formatted(joined(this.columns, "%2$s")));
	}

	/**
	 * Return the query of the number of rows and the sum of their hashes.
	 */
	String checksum(KeyRange range) {
		return "SELECT count(*)::text, coalesce(sum(%s), 0)::text FROM %s t%s".formatted(rowHash(), this.from,
				where(range));
	}

	/**
	 * Return the query of the key that as many rows of a range are before.
	 */
	String boundary(KeyRange range, long rows) {
		return "SELECT %s FROM %s t%s ORDER BY %s OFFSET %d LIMIT 1".formatted(keyTexts(), this.from, where(range),
				joined(this.key, "t.%1$s"), Math.max(0, rows - 1));
	}

	/**
	 * Return the query of the keys and hashes of the rows of a range.
	 */
	String rows(KeyRange range) {
		return "SELECT %s, (%s)::text FROM %s t%s".formatted(keyTexts(), rowHash(), this.from, where(range));
	}

	/**
	 * Return the query of the keys and hashes of the first rows of a range, as the server
	 * that is asked sorts them.
	 */
	String firstRows(KeyRange range, int rows) {
		return "%s ORDER BY %s LIMIT %d".formatted(rows(range), joined(this.key, "t.%1$s"), rows);
	}

	/**
	 * Return the query of the keys and hashes of the rows of given keys.
	 */
	String rowsOfKeys() {
		return "SELECT %s, (%s)::text FROM %s t%s".formatted(keyTexts(), rowHash(), this.from, joinWanted());
	}

	/**
	 * Return the query of the keys, versions and hashes by column of the rows of given
	 * keys. A row's version changes whenever it is written.
	 */
	String versionsOfKeys() {
		return "SELECT %s, t.tableoid::text || t.ctid::text || t.xmin::text, %s FROM %s t%s".formatted(keyTexts(),
				this.columns.stream()
					.map((column) -> "(%s)::text".formatted(this.hash.of("ROW(%s)::text".formatted(column.value()))))
					.collect(Collectors.joining(", ")),
				this.from, joinWanted());
	}

	/**
	 * Return the query of the values of some columns of the rows of given keys.
	 */
	String valuesOfKeys(List<Column> columns) {
		return "SELECT %s FROM %s t%s".formatted(joined(columns, "ROW(%2$s)::text"), this.from, joinWanted());
	}

	/**
	 * Return the query of the checksums of the rows by bucket of their hash.
	 */
	String bucketChecksums() {
		return "SELECT bucket::text, count(*)::text, sum(h)::text FROM %s GROUP BY bucket".formatted(hashes());
	}

	/**
	 * Return the query of the hashes of some buckets, with the number of rows of each.
	 */
	String hashesOfBuckets() {
		return "SELECT h::text, count(*)::text FROM %s WHERE bucket = ANY (CAST(? AS bigint[])) GROUP BY h"
			.formatted(hashes());
	}

	/**
	 * Return the query of the numbers of rows with given hashes.
	 */
	String rowsOfHashes() {
		return "SELECT h::text, count(*)::text FROM %s WHERE h = ANY (CAST(? AS bigint[])) GROUP BY h"
			.formatted(hashes());
	}

	private String hashes() {
		return "(SELECT h, h & 1023 AS bucket FROM (SELECT (%s) AS h FROM %s t OFFSET 0) hashed) rows"
			.formatted(rowHash(), this.from);
	}

	/**
	 * Return the expressions of the key's columns as texts, that of an empty text if
	 * there is no key.
	 */
	String keyTexts() {
		return this.key.isEmpty() ? "''" : joined(this.key, "t.%1$s::text");
	}

	private String joinWanted() {
		return " JOIN unnest(%s) AS wanted(%s) ON %s".formatted(joined(this.key, "CAST(? AS text[])"),
				numbered("k%1$d", ", "), numbered("t.%2$s = CAST(wanted.k%1$d AS %3$s)", " AND "));
	}

	private String numbered(String template, String delimiter) {
		StringBuilder joined = new StringBuilder();
		for (int i = 0; i < this.key.size(); i++) {
			Column column = this.key.get(i);
			joined.append((i > 0) ? delimiter : "").append(template.formatted(i, column.quoted(), column.type()));
		}
		return joined.toString();
	}

	private String where(KeyRange range) {
		String columns = joined(this.key, "t.%1$s");
		String values = joined(this.key, "CAST(? AS %3$s)");
		String after = (range.after() != null) ? "(%s) > (%s)".formatted(columns, values) : "";
		String upTo = (range.upTo() != null) ? "(%s) <= (%s)".formatted(columns, values) : "";
		String both = after + ((after.isEmpty() || upTo.isEmpty()) ? "" : " AND ") + upTo;
		return both.isEmpty() ? "" : " WHERE " + both;
	}

	private static String joined(List<Column> columns, String template) {
		return columns.stream()
			.map((column) -> template.formatted(column.quoted(), column.value(), column.type()))
			.collect(Collectors.joining(", "));
	}

	/**
	 * Return the parameters of a query for given keys.
	 */
	Object[] keyParameters(List<List<String>> keys) {
		Object[] parameters = new Object[this.key.size()];
		for (int i = 0; i < parameters.length; i++) {
			int position = i;
			parameters[i] = keys.stream().map((key) -> key.get(position)).toArray(String[]::new);
		}
		return parameters;
	}

	/**
	 * A column of a table.
	 *
	 * @param name its name
	 * @param quoted its name in SQL
	 * @param type its type in SQL, without modifiers
	 */
	record Column(String name, String quoted, String type) {

		/**
		 * Return the expression that is printed. PostgreSQL 16 and later print bytes over
		 * 127 of a {@code "char"} in another way than earlier versions.
		 */
		String value() {
			return this.type.equals("\"char\"") ? "t.%s::int4".formatted(this.quoted) : "t." + this.quoted;
		}

	}

	/**
	 * Rows between two keys.
	 *
	 * @param after the key before the first row, or {@code null} if there is no limit
	 * @param upTo the key of the last row, or {@code null} if there is no limit
	 */
	record KeyRange(@Nullable List<String> after, @Nullable List<String> upTo) {

		static final KeyRange ALL = new KeyRange(null, null);

		Object[] parameters() {
			ArrayList<Object> parameters = new ArrayList<>();
			if (this.after != null) {
				parameters.addAll(this.after);
			}
			if (this.upTo != null) {
				parameters.addAll(this.upTo);
			}
			return parameters.toArray();
		}

	}

}
