package io.rdsboot.vector.reembedding;

import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.VectorText;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Rows that have a vector in the main column, and none in the one that is being filled.
 * Ids are texts, whatever their type.
 */
final class RowsWithoutVector {

	private final JdbcTemplate jdbc;

	private final VectorTable table;

	private final VectorColumn column;

	private final String condition;

	RowsWithoutVector(DataSource dataSource, VectorTable table, VectorColumn column) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.table = table;
		this.column = column;
		this.condition = "%s IS NULL AND %s IS NOT NULL".formatted(VectorTable.quote(column.name()),
				VectorTable.quote(table.embedding().name()));
	}

	/**
	 * Return whether row-level security hides rows from the login, which would then be
	 * left without a vector.
	 */
	boolean areHidden() {
		return Boolean.TRUE.equals(this.jdbc.queryForObject("SELECT row_security_active(to_regclass(?))", Boolean.class,
				this.table.quotedName()));
	}

	/**
	 * Return the next rows in the order of their ids.
	 * @param after id behind which they begin, or {@code null} for the first ones
	 */
	List<Row> next(@Nullable String after, int limit) {
		String id = VectorTable.quote(this.table.idColumn());
		String behind = (after != null) ? " AND t.%s > ?::%s".formatted(id, this.table.idType().sqlType()) : "";
		return this.jdbc.query(
				"SELECT t.%s::text, t.%s FROM %s t WHERE %s%s ORDER BY t.%1$s LIMIT %d".formatted(id,
						VectorTable.quote(String.valueOf(this.table.contentColumn())), this.table.quotedName(),
						this.condition, behind, limit),
				(row, number) -> new Row(row.getString(1), row.getString(2)),
				(after != null) ? new Object[] { after } : new Object[0]);
	}

	/**
	 * Return how many there are.
	 */
	long count() {
		Long count = this.jdbc.queryForObject(
				"SELECT count(*) FROM %s WHERE %s".formatted(this.table.quotedName(), this.condition), Long.class);
		return (count != null) ? count : 0;
	}

	/**
	 * Store the vectors of rows whose text is what it was when they were read.
	 */
	void store(List<Row> rows, List<float[]> vectors) {
		List<String> texts = new ArrayList<>(rows.size());
		vectors.forEach((vector) -> texts.add(VectorText.format(this.column.type(), new DenseVector(vector))));
		String id = VectorTable.quote(this.table.idColumn());
		String content = VectorTable.quote(String.valueOf(this.table.contentColumn()));
		this.jdbc.update("""
				UPDATE %1$s t SET %2$s = v.vector::%3$s
				FROM unnest(?::text[], ?::text[], ?::text[]) v (id, content, vector)
				WHERE t.%4$s = v.id::%5$s AND t.%6$s = v.content AND t.%2$s IS NULL""".formatted(
				this.table.quotedName(), VectorTable.quote(this.column.name()),
				new VectorExpressions(this.table, this.column).columnType(), id, this.table.idType().sqlType(),
				content), (statement) -> {
					statement.setObject(1, rows.stream().map(Row::id).toArray(String[]::new));
					statement.setObject(2, rows.stream().map(Row::content).toArray(String[]::new));
					statement.setObject(3, texts.toArray(String[]::new));
				});
	}

	/**
	 * Row of the table.
	 *
	 * @param id the id
	 * @param content the text, or {@code null} if it has none
	 */
	record Row(String id, @Nullable String content) {

	}

}
