package io.rdsboot.test;

import java.util.Map;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.installation.PostgresInstallation;
import io.rdsboot.test.installation.PostgresInstallations;
import io.rdsboot.test.server.NativeRuntime;
import io.rdsboot.test.server.ServerRuntime;
import org.junit.jupiter.api.Assumptions;

/**
 * {@link LocalRdsCluster} on an installed PostgreSQL.
 */
class NativeLocalRdsClusterTests extends AbstractLocalRdsClusterTests {

	@Override
	ServerRuntime open(Login administrator, Map<String, String> parameters) {
		PostgresInstallation installation = new PostgresInstallations().find("vector");
		Assumptions.assumeTrue(installation != null, "no PostgreSQL with pgvector is installed");
		return NativeRuntime.open(installation, administrator, parameters);
	}

}
