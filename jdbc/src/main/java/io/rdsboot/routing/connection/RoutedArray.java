package io.rdsboot.routing.connection;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Array of a {@link RoutedConnection}. Not thread-safe.
 */
final class RoutedArray implements Array {

	private final RoutedConnection connection;

	private final Array target;

	RoutedArray(RoutedConnection connection, Array target) {
		this.connection = connection;
		this.target = target;
	}

	/**
	 * Return what the driver has made, which knows a faster way to send it.
	 */
	static @Nullable Array unwrapped(@Nullable Array array) {
		return (array instanceof RoutedArray routed) ? routed.target : array;
	}

	/**
	 * Return what the driver has made, if the value is an array of ours.
	 */
	static @Nullable Object unwrapped(@Nullable Object value) {
		return (value instanceof RoutedArray routed) ? routed.target : value;
	}

	@Override
	public String getBaseTypeName() throws SQLException {
		return this.target.getBaseTypeName();
	}

	@Override
	public int getBaseType() throws SQLException {
		return this.target.getBaseType();
	}

	@Override
	public @Nullable Object getArray() throws SQLException {
		return this.target.getArray();
	}

	@Override
	public @Nullable Object getArray(Map<String, Class<?>> map) throws SQLException {
		return this.target.getArray(map);
	}

	@Override
	public @Nullable Object getArray(long index, int count) throws SQLException {
		return this.target.getArray(index, count);
	}

	@Override
	public @Nullable Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
		return this.target.getArray(index, count, map);
	}

	@Override
	public ResultSet getResultSet() throws SQLException {
		return routed(this.target.getResultSet());
	}

	@Override
	public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
		return routed(this.target.getResultSet(map));
	}

	@Override
	public ResultSet getResultSet(long index, int count) throws SQLException {
		return routed(this.target.getResultSet(index, count));
	}

	@Override
	public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map) throws SQLException {
		return routed(this.target.getResultSet(index, count, map));
	}

	private ResultSet routed(ResultSet resultSet) {
		return new RoutedResultSet(this.connection, null, resultSet);
	}

	@Override
	public void free() throws SQLException {
		this.target.free();
	}

	/**
	 * Return the array as PostgreSQL writes it.
	 */
	@Override
	public String toString() {
		return this.target.toString();
	}

}
