package io.rdsboot.vector.jdbc.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

import org.postgresql.PGStatement;

/**
 * Text of a statement with its bind parameters. Immutable.
 *
 * @param text the text
 * @param bindings parameters in the order of the question marks
 * @param plannedAnew whether the planner must see the values each time, so that it can
 * choose between indexes by them
 */
public record SqlStatement(String text, List<Binding> bindings, boolean plannedAnew) {

	public SqlStatement {
		bindings = List.copyOf(bindings);
	}

	/**
	 * Return this statement after {@code EXPLAIN}.
	 */
	public SqlStatement explained() {
		return new SqlStatement("EXPLAIN " + this.text, this.bindings, this.plannedAnew);
	}

	/**
	 * Make a JDBC statement of the text ready to run.
	 * @param offset number of parameters that stand before them
	 */
	public void prepare(PreparedStatement statement, int offset) throws SQLException {
		if (this.plannedAnew) {
			statement.unwrap(PGStatement.class).setPrepareThreshold(0);
		}
		for (int i = 0; i < this.bindings.size(); i++) {
			this.bindings.get(i).set(statement, offset + i + 1);
		}
	}

	/**
	 * Value of one parameter.
	 */
	@FunctionalInterface
	public interface Binding {

		void set(PreparedStatement statement, int parameter) throws SQLException;

	}

}
