package io.rdsboot.pool.pooler;

import io.rdsboot.cluster.InstanceAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link PoolerRecognition} knows before there is a connection.
 */
class PoolerRecognitionTests {

	@ParameterizedTest
	@CsvSource({ "app.proxy-abc123.us-east-1.rds.amazonaws.com, AUTO, TRANSACTION",
			"reader.endpoint.proxy-abc123.us-east-1.rds.amazonaws.com, AUTO, TRANSACTION",
			"app.proxy-abc123.us-east-1.rds.amazonaws.com, SESSION, NONE",
			"app.cluster-abc123.us-east-1.rds.amazonaws.com, AUTO, NONE", "db, AUTO, NONE",
			"db, TRANSACTION, TRANSACTION", "db, NONE, NONE" })
	void knowsWhatIsDeclaredAndRdsProxyByItsName(String host, PoolerMode mode, Pooler pooler) {
		assertThat(new PoolerRecognition(new InstanceAddress(host, 5432), mode).pooler()).isEqualTo(pooler);
	}

}
