package io.rdsboot.vector;

import java.util.function.Consumer;

import io.rdsboot.vector.filter.Comparison;
import io.rdsboot.vector.filter.Comparison.Operator;
import io.rdsboot.vector.filter.Condition;
import io.rdsboot.vector.filter.Contains;
import io.rdsboot.vector.filter.In;
import io.rdsboot.vector.filter.Like;

/**
 * Renders comparisons of a text without case. The server makes lower case of both sides,
 * so that both are made by one collation.
 */
final class LoweredSql {

	private LoweredSql() {
	}

	/**
	 * Append the comparison.
	 * @param text writes the text
	 */
	static void write(Condition condition, Consumer<FilterWriter> text, FilterWriter sql) {
		sql.append("lower(");
		text.accept(sql);
		sql.append(") ");
		if (condition instanceof In in) {
			sql.append("= ANY (").anyLowered(in.values().stream().map(String.class::cast).toList()).append(")");
		}
		else if (condition instanceof Like like) {
			lowered("LIKE", like.pattern(), sql);
		}
		else if (condition instanceof Contains contains) {
			lowered("=", contains.element(), sql);
		}
		else {
			Comparison comparison = (Comparison) condition;
			lowered((comparison.operator() == Operator.EQUAL) ? "=" : "<>", comparison.value(), sql);
		}
	}

	private static void lowered(String operator, Object value, FilterWriter sql) {
		sql.append(operator + " lower(").value(KeyType.TEXT, value).append(")");
	}

}
