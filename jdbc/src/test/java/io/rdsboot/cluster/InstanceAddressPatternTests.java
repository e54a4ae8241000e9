package io.rdsboot.cluster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link InstanceAddressPattern}.
 */
class InstanceAddressPatternTests {

	@ParameterizedTest
	@CsvSource({ "{id}.db.example.com, app-1.db.example.com, 6432",
			"{id}.db.example.com:5433, app-1.db.example.com, 5433", "' db-{id} ', db-app-1, 6432",
			"{id}, app-1, 6432" })
	void addressWhenPatternIsGivenHasTheIdentifierInItsPlace(String pattern, String host, int port) {
		assertThat(InstanceAddressPattern.parse(pattern, 6432).address("app-1"))
			.isEqualTo(new InstanceAddress(host, port));
	}

	@ParameterizedTest
	@CsvSource({ "app.cluster-abc123.us-east-1.rds.amazonaws.com, app-1.abc123.us-east-1.rds.amazonaws.com",
			"app.cluster-ro-abc123.rds.cn-north-1.amazonaws.com.cn, app-1.abc123.rds.cn-north-1.amazonaws.com.cn",
			"app-2.abc123.us-east-1.rds.amazonaws.com., app-1.abc123.us-east-1.rds.amazonaws.com" })
	void deriveWhenAddressIsOfRdsLeadsToItsInstances(String host, String instance) {
		assertThat(InstanceAddressPattern.derive(new InstanceAddress(host, 6432)).orElseThrow().address("app-1"))
			.isEqualTo(new InstanceAddress(instance, 6432));
	}

	@ParameterizedTest
	@ValueSource(strings = { "app.proxy-abc123.us-east-1.rds.amazonaws.com",
			"app.global-abc123.global.rds.amazonaws.com", "db.example.com", "127.0.0.1" })
	void deriveWhenAddressSaysNothingOfInstancesIsEmpty(String host) {
		assertThat(InstanceAddressPattern.derive(new InstanceAddress(host, 5432))).isEmpty();
	}

	@Test
	void parseWhenTextIsNoPatternSaysWhatIsWrong() {
		assertThatIllegalArgumentException().isThrownBy(() -> InstanceAddressPattern.parse("db.example.com", 5432))
			.withMessage("'db.example.com' has no {id}, which stands for the instance's identifier,"
					+ " as in {id}.db.example.com");
		assertThatIllegalArgumentException().isThrownBy(() -> InstanceAddressPattern.parse("{id}.db:70000", 5432))
			.withMessageStartingWith("'{id}.db:70000' makes no address: Port 70000");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> InstanceAddressPattern.parse("db.example.com:{id}", 5432));
		assertThatIllegalArgumentException().isThrownBy(() -> InstanceAddressPattern.parse("{id}/app", 5432));
	}

}
