package io.rdsboot.autoconfigure.topology;

import java.util.Optional;

/**
 * Finds the region of the application by what AWS says. There is one where the AWS SDK is
 * on the class path.
 */
@FunctionalInterface
interface OwnRegion {

	/**
	 * Return the region, or empty if nothing tells it. May ask the metadata service of an
	 * EC2 instance.
	 */
	Optional<String> find();

}
