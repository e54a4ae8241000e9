package io.rdsboot.routing.connection;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLType;
import java.util.Map;
import java.util.TreeMap;

import io.rdsboot.routing.physical.HeldConnection;
import io.rdsboot.routing.sql.SqlSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statement of a {@link RoutedConnection}. Not thread-safe.
 */
final class RoutedPreparedStatement extends DelegatingPreparedStatement {

	private final SqlText sql;

	/**
	 * The names of settings that parameters hold.
	 */
	private @Nullable Map<Integer, String> settingNames;

	RoutedPreparedStatement(RoutedConnection connection, HeldConnection held, PreparedStatement target, SqlText sql) {
		super(connection, held, target);
		this.sql = sql;
	}

	private PreparedStatement executing() throws SQLException {
		SqlSettings settings = this.sql.settings();
		executing((this.settingNames != null) ? settings.with(this.settingNames.values()) : settings, this.sql);
		return prepared();
	}

	private void parameter(int parameterIndex, @Nullable Object value) {
		if (this.sql.settings().nameParameters().contains(parameterIndex) && value != null) {
			this.settingNames = (this.settingNames != null) ? this.settingNames : new TreeMap<>();
			this.settingNames.put(parameterIndex, value.toString());
		}
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return routed(executing().executeQuery());
	}

	@Override
	public boolean execute() throws SQLException {
		return executing().execute();
	}

	@Override
	public int executeUpdate() throws SQLException {
		return executing().executeUpdate();
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return executing().executeLargeUpdate();
	}

	@Override
	public void addBatch() throws SQLException {
		prepared().addBatch();
	}

	@Override
	public int[] executeBatch() throws SQLException {
		return executing().executeBatch();
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		return executing().executeLargeBatch();
	}

	@Override
	public void setString(int parameterIndex, @Nullable String x) throws SQLException {
		prepared().setString(parameterIndex, x);
		parameter(parameterIndex, x);
	}

	@Override
	public void setArray(int parameterIndex, @Nullable Array x) throws SQLException {
		prepared().setArray(parameterIndex, RoutedArray.unwrapped(x));
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x) throws SQLException {
		prepared().setObject(parameterIndex, RoutedArray.unwrapped(x));
		parameter(parameterIndex, x);
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType) throws SQLException {
		prepared().setObject(parameterIndex, RoutedArray.unwrapped(x), targetSqlType);
		parameter(parameterIndex, x);
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType, int scaleOrLength)
			throws SQLException {
		prepared().setObject(parameterIndex, RoutedArray.unwrapped(x), targetSqlType, scaleOrLength);
		parameter(parameterIndex, x);
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, SQLType targetSqlType) throws SQLException {
		prepared().setObject(parameterIndex, RoutedArray.unwrapped(x), targetSqlType);
		parameter(parameterIndex, x);
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object x, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		prepared().setObject(parameterIndex, RoutedArray.unwrapped(x), targetSqlType, scaleOrLength);
		parameter(parameterIndex, x);
	}

}
