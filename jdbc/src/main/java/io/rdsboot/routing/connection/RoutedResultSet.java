package io.rdsboot.routing.connection;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.Statement;
import java.util.Map;

import io.rdsboot.routing.physical.HeldConnection;
import org.jspecify.annotations.Nullable;

/**
 * Result set of a {@link RoutedConnection}. Not thread-safe.
 */
final class RoutedResultSet extends DelegatingResultSet {

	private final RoutedConnection connection;

	private @Nullable Statement statement;

	/**
	 * What has to be kept until this is closed, if a statement does not do that.
	 */
	private @Nullable HeldConnection kept;

	/**
	 * Create a result set.
	 * @param statement the statement that it came from, or {@code null} if the driver
	 * made one of its own
	 */
	RoutedResultSet(RoutedConnection connection, @Nullable Statement statement, ResultSet target) {
		super(target);
		this.connection = connection;
		this.statement = statement;
	}

	/**
	 * Keep a physical connection until this is closed.
	 */
	RoutedResultSet keeping(HeldConnection held) {
		held.dependentOpened();
		this.kept = held;
		return this;
	}

	@Override
	public @Nullable Statement getStatement() throws SQLException {
		if (this.statement == null) {
			Statement made = target().getStatement();
			this.statement = (made != null) ? new RoutedStatement(this.connection, (physical) -> made) : null;
		}
		else if (isClosed()) {
			throw new SQLException("This result set has been closed", "55000");
		}
		return this.statement;
	}

	@Override
	public void close() throws SQLException {
		HeldConnection held = this.kept;
		if (held != null) {
			this.kept = null;
			held.dependentClosed();
		}
		target().close();
	}

	@Override
	public @Nullable Array getArray(int columnIndex) throws SQLException {
		return routed(target().getArray(columnIndex));
	}

	@Override
	public @Nullable Array getArray(String columnLabel) throws SQLException {
		return routed(target().getArray(columnLabel));
	}

	private @Nullable Array routed(@Nullable Array array) {
		return (array != null) ? this.connection.routed(array) : null;
	}

	@Override
	public @Nullable Object getObject(int columnIndex) throws SQLException {
		return this.connection.routed(target().getObject(columnIndex));
	}

	@Override
	public @Nullable Object getObject(String columnLabel) throws SQLException {
		return this.connection.routed(target().getObject(columnLabel));
	}

	@Override
	public @Nullable Object getObject(int columnIndex, Map<String, Class<?>> map) throws SQLException {
		return this.connection.routed(target().getObject(columnIndex, map));
	}

	@Override
	public @Nullable Object getObject(String columnLabel, Map<String, Class<?>> map) throws SQLException {
		return this.connection.routed(target().getObject(columnLabel, map));
	}

	@Override
	public <T> @Nullable T getObject(int columnIndex, Class<T> type) throws SQLException {
		T value = target().getObject(columnIndex, type);
		return (type == Array.class && value != null) ? type.cast(routed((Array) value)) : value;
	}

	@Override
	public <T> @Nullable T getObject(String columnLabel, Class<T> type) throws SQLException {
		T value = target().getObject(columnLabel, type);
		return (type == Array.class && value != null) ? type.cast(routed((Array) value)) : value;
	}

	@Override
	public void updateArray(int columnIndex, @Nullable Array x) throws SQLException {
		target().updateArray(columnIndex, RoutedArray.unwrapped(x));
	}

	@Override
	public void updateArray(String columnLabel, @Nullable Array x) throws SQLException {
		target().updateArray(columnLabel, RoutedArray.unwrapped(x));
	}

	@Override
	public void updateObject(int columnIndex, @Nullable Object x) throws SQLException {
		target().updateObject(columnIndex, RoutedArray.unwrapped(x));
	}

	@Override
	public void updateObject(String columnLabel, @Nullable Object x) throws SQLException {
		target().updateObject(columnLabel, RoutedArray.unwrapped(x));
	}

	@Override
	public void updateObject(int columnIndex, @Nullable Object x, int scaleOrLength) throws SQLException {
		target().updateObject(columnIndex, RoutedArray.unwrapped(x), scaleOrLength);
	}

	@Override
	public void updateObject(String columnLabel, @Nullable Object x, int scaleOrLength) throws SQLException {
		target().updateObject(columnLabel, RoutedArray.unwrapped(x), scaleOrLength);
	}

	@Override
	public void updateObject(int columnIndex, @Nullable Object x, SQLType targetSqlType) throws SQLException {
		target().updateObject(columnIndex, RoutedArray.unwrapped(x), targetSqlType);
	}

	@Override
	public void updateObject(String columnLabel, @Nullable Object x, SQLType targetSqlType) throws SQLException {
		target().updateObject(columnLabel, RoutedArray.unwrapped(x), targetSqlType);
	}

	@Override
	public void updateObject(int columnIndex, @Nullable Object x, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		target().updateObject(columnIndex, RoutedArray.unwrapped(x), targetSqlType, scaleOrLength);
	}

	@Override
	public void updateObject(String columnLabel, @Nullable Object x, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		target().updateObject(columnLabel, RoutedArray.unwrapped(x), targetSqlType, scaleOrLength);
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this) ? type.cast(this) : target().unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this) || target().isWrapperFor(type);
	}

	@Override
	public String toString() {
		return target().toString();
	}

}
