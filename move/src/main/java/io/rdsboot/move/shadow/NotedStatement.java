package io.rdsboot.move.shadow;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;

import net.ttddyy.dsproxy.proxy.ParameterSetOperation;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Statement as the application has executed it, with its parameters, to be executed again
 * on other connections.
 *
 * @param sql the SQL
 * @param prepared whether it was prepared, so that its question marks are parameters
 * @param parameters what the application has set, in copies
 */
record NotedStatement(String sql, boolean prepared, List<Parameter> parameters) {

	/**
	 * Note a statement.
	 * @return the statement, or {@code null} if it has a parameter that cannot be set
	 * again, such as a stream
	 */
	static @Nullable NotedStatement of(String sql, boolean prepared, List<ParameterSetOperation> operations)
			throws SQLException, CloneNotSupportedException {
		List<Parameter> parameters = new ArrayList<>(operations.size());
		for (ParameterSetOperation operation : operations) {
			List<@Nullable Object> arguments = new ArrayList<>();
			for (Object argument : operation.getArgs()) {
				if (isReadOnce(argument)) {
					return null;
				}
				arguments.add(copy(argument));
			}
			parameters.add(new Parameter(operation.getMethod(), arguments));
		}
		return new NotedStatement(sql, prepared, parameters);
	}

	private static boolean isReadOnce(@Nullable Object value) {
		return value instanceof InputStream || value instanceof Reader || value instanceof Blob || value instanceof Clob
				|| value instanceof SQLXML || value instanceof Ref || value instanceof RowId;
	}

	/**
	 * The application may change what it has set once its statement is executed, and an
	 * array belongs to its connection.
	 */
	@SuppressWarnings("JavaUtilDate")
	private static @Nullable Object copy(@Nullable Object value) throws SQLException, CloneNotSupportedException {
		if (value instanceof Array array) {
			return new ArrayValue(array.getBaseTypeName(), Arrays.asList((Object[]) array.getArray()));
		}
		if (value instanceof Date date) {
			return date.clone();
		}
		if (value instanceof PGobject object) {
			return object.clone();
		}
		if (value instanceof byte[] bytes) {
			return bytes.clone();
		}
		if (value instanceof float[] floats) {
			return floats.clone();
		}
		return (value instanceof Object[] objects) ? objects.clone() : value;
	}

	void bind(PreparedStatement statement) throws SQLException {
		for (Parameter parameter : this.parameters) {
			parameter.bind(statement);
		}
	}

	/**
	 * Return the parameters as texts, to be shown.
	 */
	List<String> values() {
		return this.parameters.stream().map(Parameter::text).toList();
	}

	/**
	 * Parameter of a statement.
	 *
	 * @param setter the setter that was called
	 * @param arguments what it was called with
	 */
	record Parameter(Method setter, List<@Nullable Object> arguments) {

		void bind(PreparedStatement statement) throws SQLException {
			@Nullable Object[] bound = this.arguments.toArray();
			for (int i = 0; i < bound.length; i++) {
				if (bound[i] instanceof ArrayValue array) {
					bound[i] = array.create(statement.getConnection());
				}
			}
			try {
				this.setter.invoke(statement, bound);
			}
			catch (InvocationTargetException ex) {
				throw new SQLException("A parameter cannot be set again", ex.getCause());
			}
			catch (IllegalAccessException ex) {
				throw new SQLException("A parameter cannot be set again", ex);
			}
		}

		private String text() {
			Object value = (this.arguments.size() > 1) ? this.arguments.get(1) : null;
			if (value instanceof Object[] array) {
				return Arrays.deepToString(array);
			}
			return this.setter.getName().equals("setNull") ? "null" : String.valueOf(value);
		}

	}

	/**
	 * Array, independent of a connection.
	 *
	 * @param type name of the elements' type
	 * @param elements the elements
	 */
	record ArrayValue(String type, List<@Nullable Object> elements) {

		Array create(Connection connection) throws SQLException {
			return connection.createArrayOf(this.type, this.elements.toArray());
		}

		@Override
		public String toString() {
			return Arrays.deepToString(this.elements.toArray());
		}

	}

}
