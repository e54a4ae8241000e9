package io.rdsboot.pool.login;

import java.util.Map;
import java.util.Properties;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.tls.EncryptionRequiredException;
import io.rdsboot.tls.RdsTrustBundle;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import io.rdsboot.tls.TlsSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of what pgjdbc is told of TLS, for each address and setting.
 */
class InstanceTlsTests {

	private static final String RDS = "app.cluster-abc123.us-east-1.rds.amazonaws.com";

	private static final DatabaseCredentials PASSWORD = new DatabaseCredentials("app", "secret");

	private static final DatabaseCredentials TOKEN = new DatabaseCredentials("app", "token", true);

	@ParameterizedTest
	@CsvSource({ "app.cluster-abc123.us-east-1.rds.amazonaws.com,verify-full", "db.example.com,verify-full",
			"192.0.2.1,verify-full", "fe80::1,verify-full", "127.example.com,verify-full",
			"localhost.example.com,verify-full", "128.0.0.1,verify-full", "localhost,prefer", "LOCALHOST,prefer",
			"127.0.0.1,prefer", "127.1.2.3,prefer", "::1,prefer", "0:0:0:0:0:0:0:1,prefer" })
	void modeWhenNothingIsConfiguredIsTheAddresss(String host, String sslmode) throws Exception {
		assertThat(properties(host, TlsSettings.DEFAULT, Map.of(), PASSWORD)).containsEntry("sslmode", sslmode);
	}

	@ParameterizedTest
	@ValueSource(strings = { RDS, "localhost" })
	void modeWhenConfiguredHoldsEverywhere(String host) throws Exception {
		TlsSettings settings = new TlsSettings(TlsMode.REQUIRE, null);
		assertThat(properties(host, settings, Map.of(), PASSWORD)).containsEntry("sslmode", "require")
			.doesNotContainKey("sslfactory");
	}

	@Test
	void modeWhenContextIsConfiguredVerifiesOnLoopbackToo() throws Exception {
		TlsSettings settings = new TlsSettings(null, RdsTrustBundle.RDS::context);
		assertThat(properties("localhost", settings, Map.of(), PASSWORD)).containsEntry("sslmode", "verify-full")
			.containsEntry("sslfactory", TlsSocketFactory.class.getName());
	}

	@Test
	void trustIsOursWhereTheModeVerifies() throws Exception {
		assertThat(properties(RDS, TlsSettings.DEFAULT, Map.of(), PASSWORD)).containsEntry("sslfactory",
				TlsSocketFactory.class.getName());
		assertThat(properties("localhost", TlsSettings.DEFAULT, Map.of(), PASSWORD)).doesNotContainKey("sslfactory");
	}

	@ParameterizedTest
	@CsvSource({ "sslmode,verify-ca,verify-ca,true", "sslmode,require,require,false", "sslmode,disable,disable,false",
			"ssl,true,verify-full,true", "ssl,false,prefer,false", "sslmode,allow,allow,false" })
	void modeWhenDriverPropertiesSaySoIsTheirs(String name, String value, String sslmode, boolean ours)
			throws Exception {
		TlsSettings settings = new TlsSettings(TlsMode.PREFER, null);
		Properties properties = properties(RDS, settings, Map.of(name, value), PASSWORD);
		assertThat(properties).containsEntry("sslmode", sslmode);
		assertThat(properties.containsKey("sslfactory")).isEqualTo(ours);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sslrootcert", "sslfactory", "sslcert", "sslkey" })
	void trustWhenDriverPropertiesNameItIsTheDrivers(String name) throws Exception {
		TlsSettings settings = new TlsSettings(null, RdsTrustBundle.RDS::context);
		Properties properties = properties(RDS, settings, Map.of(name, "theirs"), PASSWORD);
		assertThat(properties).containsEntry("sslmode", "verify-full").containsEntry(name, "theirs");
		assertThat(properties.getProperty("sslfactory")).isNotEqualTo(TlsSocketFactory.class.getName());
		assertThat(properties).doesNotContainKey("sslfactoryarg");
	}

	@Test
	void creationWhenDriverPropertiesNameNoModeFails() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> properties(RDS, TlsSettings.DEFAULT, Map.of("sslmode", "verify_full"), PASSWORD))
			.withMessage("The connection properties of " + RDS + ":5432 have sslmode 'verify_full'. Set it to disable, "
					+ "allow, prefer, require, verify-ca or verify-full, or remove it");
	}

	@ParameterizedTest
	@CsvSource({ "prefer,require", "allow,require", "require,require", "verify-ca,verify-ca" })
	void modeForTokenIsEncrypted(String configured, String sslmode) throws Exception {
		assertThat(properties("localhost", TlsSettings.DEFAULT, Map.of("sslmode", configured), TOKEN))
			.containsEntry("sslmode", sslmode);
	}

	@Test
	void modeForTokenWhenDisabledIsRefused() {
		assertThatExceptionOfType(EncryptionRequiredException.class)
			.isThrownBy(() -> properties("localhost", new TlsSettings(TlsMode.DISABLE, null), Map.of(), TOKEN))
			.withMessage("The token of user 'app' is not sent to localhost:5432 unencrypted: remove sslmode 'disable', "
					+ "or log in with a password");
	}

	private static Properties properties(String host, TlsSettings settings, Map<String, String> driverProperties,
			DatabaseCredentials credentials) throws EncryptionRequiredException {
		try (InstanceTls tls = new InstanceTls(new InstanceAddress(host, 5432), settings, driverProperties)) {
			Properties properties = new Properties();
			properties.putAll(driverProperties);
			tls.addTo(properties, tls.sslmode(credentials));
			return properties;
		}
	}

}
