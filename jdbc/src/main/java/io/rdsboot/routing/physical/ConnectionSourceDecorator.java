package io.rdsboot.routing.physical;

import java.sql.Connection;
import java.util.function.UnaryOperator;

/**
 * Takes its place between the application's connections and where physical ones are
 * borrowed: a bean of this type decorates the routing of the auto-configured data source.
 */
@FunctionalInterface
public interface ConnectionSourceDecorator extends UnaryOperator<ConnectionSource> {

	/**
	 * Return whether the application needs the cluster to start, which it does by
	 * default. It does not if other connections take the place of the cluster's for now.
	 */
	default boolean needsCluster() {
		return true;
	}

	/**
	 * Return what the application gets in place of a connection, such as one that notes
	 * its statements. By default, that is the connection itself.
	 */
	default Connection observe(Connection connection) {
		return connection;
	}

}
