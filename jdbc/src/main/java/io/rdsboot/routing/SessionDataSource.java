package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.routing.connection.RoutedConnection;
import io.rdsboot.routing.consistency.ReadContext;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Data source for the sessions of an object-relational mapper, which write in
 * transactions only. On its connections, a query outside a transaction is a read, such as
 * the lazy loading of a view: a reader serves it that has all that the session has
 * written, and the physical connection goes back when the query's statement is closed.
 * Any other statement outside a transaction goes to the writer, which keeps the
 * connection from then on, and so does a query that the reader refuses because it writes.
 * Thread-safe.
 */
public final class SessionDataSource extends DelegatingDataSource {

	/**
	 * Create a data source.
	 * @param dataSource a {@link ReadWriteRoutingDataSource}, or what wraps one
	 */
	public SessionDataSource(DataSource dataSource) {
		super(dataSource);
	}

	/**
	 * Return the time, by the clock that commits are stamped with.
	 * @throws IllegalStateException if the data source is no
	 * {@link ReadWriteRoutingDataSource}, and wraps none
	 */
	public long now() {
		try {
			return obtainTargetDataSource().unwrap(ReadWriteRoutingDataSource.class).now();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(getTargetDataSource() + " routes nothing", ex);
		}
	}

	/**
	 * Return whether what was read last on a connection is known to include everything
	 * that had been committed by a time.
	 * @param connection one of this data source's
	 * @param time a time of {@link #now()}
	 */
	public static boolean includesCommitsUntil(Connection connection, long time) {
		try {
			return connection.unwrap(RoutedConnection.class).includesCommitsUntil(time);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		ReadContext context = ReadContext.current();
		boolean outer = context.opensForQueries(true);
		try {
			return super.getConnection();
		}
		finally {
			context.opensForQueries(outer);
		}
	}

}
