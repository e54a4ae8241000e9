package io.rdsboot.autoconfigure.local;

import io.rdsboot.test.LocalRdsCluster;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;
import org.springframework.util.Assert;

/**
 * Base class of the factories that connect an application to a {@link LocalRdsCluster}.
 *
 * @param <D> the type of the connection details
 */
abstract class LocalRdsClusterDetailsFactory<D extends ConnectionDetails>
		implements ConnectionDetailsFactory<LocalRdsCluster, D> {

	/**
	 * Touches the class of the cluster, which is an optional dependency. Spring Boot
	 * skips a factory that it cannot instantiate, but fails on one whose type arguments
	 * are missing: with Docker Compose support on the class path, at every start.
	 */
	LocalRdsClusterDetailsFactory() {
		Assert.notNull(LocalRdsCluster.class, "'LocalRdsCluster' must be on the class path");
	}

}
