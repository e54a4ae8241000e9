package io.rdsboot.autoconfigure.topology;

import software.amazon.awssdk.services.rds.RdsClientBuilder;

/**
 * Changes the client that the instances of a cluster are asked with, before it is made.
 * Customizers are called in order; the last one wins. They are not asked where the
 * application has a client of its own.
 */
@FunctionalInterface
public interface RdsClientCustomizer {

	/**
	 * Customize the client.
	 * @param builder the client's builder
	 */
	void customize(RdsClientBuilder builder);

}
