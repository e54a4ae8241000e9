package io.rdsboot.routing;

import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.ConnectionSourceDecorator;
import org.apiguardian.api.API;

/**
 * Access to what the connections of a {@link ReadWriteRoutingDataSource} are borrowed
 * through, for parts of this project that take their place in between.
 */
@API(status = API.Status.INTERNAL)
public final class RoutingDecoration {

	private RoutingDecoration() {
	}

	/**
	 * Return where a data source borrows.
	 */
	public static ConnectionSource connections(ReadWriteRoutingDataSource dataSource) {
		return dataSource.connections();
	}

	/**
	 * Let a data source borrow through something else.
	 * @param builder builds the data source
	 * @param decorator given the routing between the cluster's writer and readers
	 */
	public static void decorate(ReadWriteRoutingDataSource.Builder builder, ConnectionSourceDecorator decorator) {
		builder.decorator = decorator;
	}

}
