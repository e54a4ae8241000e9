package io.rdsboot.vector.jdbc.sql;

import java.util.function.Consumer;

import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Comparison.Operator;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.Like;
import io.rdsboot.vector.table.KeyType;

/**
 * Renders comparisons of a text without case. The server makes lower case of both sides,
 * by one collation.
 */
final class LoweredSql {

	private final Consumer<FilterWriter> text;

	private final String before;

	private final String after;

	private LoweredSql(Consumer<FilterWriter> text, String before, String after) {
		this.text = text;
		this.before = before;
		this.after = after;
	}

	/**
	 * Return a renderer for texts that have the database's collation, as values have.
	 * @param text writes the text
	 */
	static LoweredSql of(Consumer<FilterWriter> text) {
		return new LoweredSql(text, "lower(", ")");
	}

	/**
	 * Return a renderer for texts of a column, whose collation values must be given. The
	 * planner makes a constant of a value, so that an index on {@code lower(column)}
	 * serves the comparison.
	 * @param column SQL of the column
	 */
	static LoweredSql ofColumn(String column) {
		return new LoweredSql((sql) -> sql.append(column), "lower(CASE WHEN false THEN %s ELSE ".formatted(column),
				" END)");
	}

	void write(Condition condition, FilterWriter sql) {
		sql.append("lower(");
		this.text.accept(sql);
		sql.append(") ");
		if (condition instanceof In in) {
			sql.append("= ANY (")
				.anyOf(in.values().stream().map(String.class::cast).toList(), this.before, this.after)
				.append(")");
		}
		else if (condition instanceof Like like) {
			write("LIKE", like.pattern(), sql);
		}
		else if (condition instanceof Contains contains) {
			write("=", contains.element(), sql);
		}
		else {
			Comparison comparison = (Comparison) condition;
			write((comparison.operator() == Operator.EQUAL) ? "=" : "<>", comparison.value(), sql);
		}
	}

	private void write(String operator, Object value, FilterWriter sql) {
		sql.append(operator + " " + this.before).value(KeyType.TEXT, value).append(this.after);
	}

}
