package io.rdsboot.test;

import java.util.Map;

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
