package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * Borrows connections from the writer. Thread-safe.
 */
final class WriterBorrower {

	private final RouteTable routeTable;

	private final RoutingListener listener;

	WriterBorrower(RouteTable routeTable, RoutingListener listener) {
		this.routeTable = routeTable;
		this.listener = listener;
	}

	/**
	 * Borrow a connection.
	 * @param reason why from the writer
	 */
	Connection borrow(RoutingReason reason) throws SQLException {
		Routes.Writer writer = this.routeTable.current().writer();
		if (writer == null) {
			throw new SQLTransientConnectionException("No writer is known in the cluster", "08001");
		}
		Connection connection = writer.pool().getConnection();
		this.listener.routed(writer.decision(reason));
		return connection;
	}

}
