package io.rdsboot.test;

import java.util.Map;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.DockerRuntime;
import io.rdsboot.test.server.ServerRuntime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * {@link LocalRdsCluster} on a Docker engine. On a network without an image registry,
 * {@code dev/docker} makes the engine and the image, and prints how to run this.
 */
@Tag("docker")
@EnabledIf(value = "io.rdsboot.test.server.DockerRuntime#isAvailable",
		disabledReason = "no Docker engine answers: dev/docker starts one")
class DockerLocalRdsClusterTests extends AbstractLocalRdsClusterTests {

	@Override
	ServerRuntime open(Login administrator, Map<String, String> parameters) {
		return new DockerRuntime(administrator, parameters);
	}

}
