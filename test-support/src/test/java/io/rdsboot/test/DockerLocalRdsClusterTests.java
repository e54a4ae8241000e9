package io.rdsboot.test;

import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;

/**
 * {@link LocalRdsCluster} on a Docker engine. On a network without an image registry,
 * {@code dev/docker} makes the engine and the image, and prints how to run this.
 */
@Tag("docker")
class DockerLocalRdsClusterTests extends AbstractLocalRdsClusterTests {

	@Override
	ServerRuntime open(Login administrator, Map<String, String> parameters) {
		Assumptions.assumeTrue(DockerRuntime.isAvailable(), "no Docker engine answers: dev/docker starts one");
		return new DockerRuntime(administrator, parameters);
	}

}
