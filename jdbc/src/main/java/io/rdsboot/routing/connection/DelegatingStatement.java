package io.rdsboot.routing.connection;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * Statement that passes on to another one whatever does not execute anything. Not
 * thread-safe.
 */
abstract class DelegatingStatement implements Statement {

	/**
	 * Return the statement to pass on to.
	 */
	abstract Statement target() throws SQLException;

	@Override
	public int getMaxFieldSize() throws SQLException {
		return target().getMaxFieldSize();
	}

	@Override
	public void setMaxFieldSize(int max) throws SQLException {
		target().setMaxFieldSize(max);
	}

	@Override
	public int getMaxRows() throws SQLException {
		return target().getMaxRows();
	}

	@Override
	public void setMaxRows(int max) throws SQLException {
		target().setMaxRows(max);
	}

	@Override
	public void setEscapeProcessing(boolean enable) throws SQLException {
		target().setEscapeProcessing(enable);
	}

	@Override
	public int getQueryTimeout() throws SQLException {
		return target().getQueryTimeout();
	}

	@Override
	public void setQueryTimeout(int seconds) throws SQLException {
		target().setQueryTimeout(seconds);
	}

	@Override
	public @Nullable SQLWarning getWarnings() throws SQLException {
		return target().getWarnings();
	}

	@Override
	public void clearWarnings() throws SQLException {
		target().clearWarnings();
	}

	@Override
	public void setCursorName(String name) throws SQLException {
		target().setCursorName(name);
	}

	@Override
	public void setFetchDirection(int direction) throws SQLException {
		target().setFetchDirection(direction);
	}

	@Override
	public int getFetchDirection() throws SQLException {
		return target().getFetchDirection();
	}

	@Override
	public void setFetchSize(int rows) throws SQLException {
		target().setFetchSize(rows);
	}

	@Override
	public int getFetchSize() throws SQLException {
		return target().getFetchSize();
	}

	@Override
	public int getResultSetConcurrency() throws SQLException {
		return target().getResultSetConcurrency();
	}

	@Override
	public int getResultSetType() throws SQLException {
		return target().getResultSetType();
	}

	@Override
	public boolean getMoreResults(int current) throws SQLException {
		return target().getMoreResults(current);
	}

	@Override
	public int getResultSetHoldability() throws SQLException {
		return target().getResultSetHoldability();
	}

	@Override
	public void setPoolable(boolean poolable) throws SQLException {
		target().setPoolable(poolable);
	}

	@Override
	public boolean isPoolable() throws SQLException {
		return target().isPoolable();
	}

	@Override
	public void closeOnCompletion() throws SQLException {
		target().closeOnCompletion();
	}

	@Override
	public boolean isCloseOnCompletion() throws SQLException {
		return target().isCloseOnCompletion();
	}

	@Override
	public void setLargeMaxRows(long max) throws SQLException {
		target().setLargeMaxRows(max);
	}

	@Override
	public long getLargeMaxRows() throws SQLException {
		return target().getLargeMaxRows();
	}

}
