package io.rdsboot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationFailureAnalyzer;
import io.rdsboot.autoconfigure.tls.RdsTlsProperties;
import io.rdsboot.autoconfigure.tls.TlsPropertiesMapper;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.secretsmanager.DatabaseSecret;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of what is read from {@code rds.credentials}, and of what a user reads about
 * mistakes in it.
 */
class CredentialsConfigurationTests {

	private static final Map<String, String> CLUSTER = Map.of("rds.writer", "w", "rds.database", "app");

	private final Map<String, DatabaseSecret> secrets = new HashMap<>();

	private boolean libraries = true;

	@Test
	void iamTakesUserNameAndSigningAddresses() {
		ConfiguredCluster cluster = read(null, "rds.writer=localhost:15432", "rds.readers[0].address=localhost:15433",
				"rds.readers[0].signing-address=r.example.com", "rds.readers[1].address=r2.example.com",
				"rds.database=app", "rds.credentials.type=iam", "rds.credentials.username=user",
				"rds.credentials.iam.signing-address=w.example.com:6432");
		assertThat(cluster.credentials()).isInstanceOfSatisfying(ConfiguredCredentials.Iam.class,
				(iam) -> assertThat(iam.username()).isEqualTo("user"));
		assertThat(cluster.signingAddresses())
			.isEqualTo(Map.of(InstanceAddress.parse("localhost:15432"), InstanceAddress.parse("w.example.com:6432"),
					InstanceAddress.parse("localhost:15433"), InstanceAddress.parse("r.example.com:5432")));
	}

	@Test
	void iamWhenDetailsNameAUserTakesIt() {
		ConfiguredCluster cluster = read(new Details("of-details", null, null), "rds.credentials.type=iam",
				"rds.credentials.username=user", "rds.credentials.iam.signing-address=w.example.com");
		assertThat(cluster.credentials()).isInstanceOfSatisfying(ConfiguredCredentials.Iam.class,
				(iam) -> assertThat(iam.username()).isEqualTo("of-details"));
		assertThat(cluster.signingAddresses()).isEmpty();
	}

	@Test
	void everyTypeWhenDetailsHaveAPasswordIsThePassword() {
		for (String type : List.of("password", "iam", "secrets-manager")) {
			ConfiguredCluster cluster = read(new Details("user", "word", null), "rds.credentials.type=" + type);
			assertThat(cluster.credentials())
				.isEqualTo(new ConfiguredCredentials.Password(new DatabaseCredentials("user", "word")));
		}
	}

	@Test
	void iamWhenUserNameIsMissing() {
		assertThat(analysis("rds.credentials.type=iam")).isEqualTo("""
				rds.credentials.username: It is needed for rds.credentials.type 'iam'.
				-> Set rds.credentials.username to a role that has been granted rds_iam.""");
	}

	@Test
	void iamWhenPasswordIsSetRefusesWithoutShowingIt() {
		assertThat(analysis("rds.credentials.type=iam", "rds.credentials.username=user",
				"rds.credentials.password=hunter2"))
			.isEqualTo(
					"""
							rds.credentials.password: It is set, and rds.credentials.type is 'iam'. Tokens take the password's place.
							-> Remove rds.credentials.password, or set rds.credentials.type to 'password'.""");
	}

	@Test
	void iamWhenRenewalIntervalOrSigningAddressIsWrong() {
		assertThat(analysis("rds.credentials.type=iam", "rds.credentials.username=user",
				"rds.credentials.iam.renewal-interval=15m", "rds.credentials.iam.signing-address=w:port",
				"rds.readers[0].address=r", "rds.readers[0].signing-address=a b"))
			.isEqualTo(
					"""
							rds.readers[0].signing-address = 'a b': 'a b' is not a host name or an IP address.
							rds.credentials.iam.renewal-interval = '900s': It is not between 1s and 840s.
							rds.credentials.iam.signing-address = 'w:port': 'w:port' is not of the form host:port.
							-> Set rds.readers[0].signing-address to the host, or host:port, that RDS knows the database by.
							-> Set rds.credentials.iam.renewal-interval to a time between them.
							-> Set rds.credentials.iam.signing-address to the host, or host:port, that RDS knows the database by.""");
	}

	@Test
	void typesWhenTheirLibraryIsMissingNameTheDependency() {
		this.libraries = false;
		assertThat(analysis("rds.credentials.type=iam", "rds.credentials.username=user")).isEqualTo(
				"""
						rds.credentials.type = 'iam': It needs software.amazon.awssdk:rds, which is not on the class path.
						-> Add the dependency io.rdsboot:rds-spring-boot-starter-aws, which brings it, or software.amazon.awssdk:rds itself.""");
		assertThat(analysis("rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app/db"))
			.isEqualTo(
					"""
							rds.credentials.type = 'secrets-manager': It needs software.amazon.awssdk:secretsmanager, which is not on the class path.
							rds.credentials.type = 'secrets-manager': It needs tools.jackson.core:jackson-databind, which is not on the class path.
							-> Add the dependency io.rdsboot:rds-spring-boot-starter-aws, which brings it, or software.amazon.awssdk:secretsmanager itself.
							-> Add the dependency io.rdsboot:rds-spring-boot-starter-aws, which brings it, or tools.jackson.core:jackson-databind itself.""");
	}

	@Test
	void secretsManagerWhenSecretIdIsMissing() {
		assertThat(analysis("rds.credentials.type=secrets-manager")).isEqualTo("""
				rds.credentials.secrets-manager.secret-id: It is needed for rds.credentials.type 'secrets-manager'.
				-> Set rds.credentials.secrets-manager.secret-id to the name or the ARN of the secret.""");
	}

	@Test
	void secretsManagerWhenLoginIsConfiguredTooReportsAll() {
		assertThat(analysis("rds.credentials.type=secrets-manager", "rds.credentials.username=user",
				"rds.credentials.password=hunter2", "rds.credentials.secrets-manager.secret-id=app/db",
				"rds.credentials.secrets-manager.refresh-interval=0s"))
			.isEqualTo(
					"""
							rds.credentials.password: It is set, and rds.credentials.type is 'secrets-manager'. The password comes from the secret.
							rds.credentials.username = 'user': It is set, and rds.credentials.type is 'secrets-manager'. The user name comes from the secret.
							rds.credentials.secrets-manager.refresh-interval = '0s': It is not between 1s and 86400s.
							-> Remove rds.credentials.password, or set rds.credentials.type to 'password'.
							-> Remove rds.credentials.username, or set rds.credentials.type to 'password' or 'iam'.
							-> Set rds.credentials.secrets-manager.refresh-interval to a time between them.""");
	}

	@Test
	void passwordWhenASecretIsConfiguredSaysWhatTypeItIsFor() {
		assertThat(analysis("rds.credentials.username=user", "rds.credentials.secrets-manager.secret-id=app/db"))
			.isEqualTo(
					"""
							rds.credentials.password: It is needed for rds.credentials.type 'password'.
							-> Set rds.credentials.type to 'secrets-manager', as a secret is configured, or set rds.credentials.password.""");
	}

	@Test
	void secretsManagerWhenEverythingIsConfiguredAsksNoSecret() {
		ConfiguredCluster cluster = read(null, "rds.writer=w", "rds.database=app", "rds.readers=r",
				"rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app/db",
				"rds.credentials.secrets-manager.reader-secret-id=app/reader");
		assertThat(cluster.credentials()).isEqualTo(new ConfiguredCredentials.Secrets("app/db", "app/reader"));
	}

	@Test
	void secretsManagerWhenAddressesAreMissingTakesThemFromTheSecrets() {
		secret("app/db", "w.example.com", 6432, "orders");
		secret("app/reader", "r.example.com", null, null);
		ConfiguredCluster cluster = read(null, "rds.credentials.type=secrets-manager",
				"rds.credentials.secrets-manager.secret-id=app/db",
				"rds.credentials.secrets-manager.reader-secret-id=app/reader");
		assertThat(cluster.writer().name()).isEqualTo("w.example.com:6432");
		assertThat(cluster.readers()).extracting(DatabaseInstance::name).containsExactly("r.example.com:5432");
		assertThat(cluster.database()).isEqualTo("orders");
	}

	@Test
	void secretsManagerWhenNobodyHasAHost() {
		secret("app/db", null, null, null);
		secret("app/reader", null, null, null);
		assertThat(problems("rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app/db",
				"rds.credentials.secrets-manager.reader-secret-id=app/reader"))
			.isEqualTo(
					"""
							rds.writer: No writer is configured, and the secret 'app/db' has no host.
							rds.credentials.secrets-manager.reader-secret-id = 'app/reader': No readers are configured, and the secret has no host.
							-> Set rds.writer to the address of the writer, for Aurora the cluster endpoint.
							-> Set rds.readers to the addresses of the readers, or remove rds.credentials.secrets-manager.reader-secret-id.""");
	}

	@Test
	void secretsManagerWhenTheAddressInTheSecretIsNone() {
		secret("app/db", "not a host", null, "app");
		assertThat(problems("rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app/db"))
			.isEqualTo(
					"""
							rds.credentials.secrets-manager.secret-id = 'app/db': The address in the secret cannot be used: 'not a host' is not a host name or an IP address.
							-> Correct host and port in the secret, or set rds.writer and rds.readers.""");
	}

	@Test
	void secretsManagerWhenNobodyNamesTheDatabase() {
		secret("app/db", "w.example.com", 5432, null);
		assertThat(problems("rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app/db"))
			.isEqualTo("""
					rds.database: No database is configured, and the secret names none.
					-> Set rds.database, or name the database in the URL of rds.writer.""");
	}

	@Test
	void secretOfDetailsTakesThePlaceOfBoth() {
		ConfiguredCluster cluster = read(new Details(null, null, "of-details"), "rds.credentials.type=secrets-manager",
				"rds.credentials.secrets-manager.reader-secret-id=app/reader");
		assertThat(cluster.credentials()).isEqualTo(new ConfiguredCredentials.Secrets("of-details", null));
	}

	private void secret(String id, @Nullable String host, @Nullable Integer port, @Nullable String database) {
		this.secrets.put(id, new DatabaseSecret(new DatabaseCredentials("user", "word"), host,
				(port != null) ? port.toString() : null, database, "v1"));
	}

	/**
	 * Returns what is said of a cluster that is complete but for its credentials.
	 */
	private String analysis(String... properties) {
		Map<String, String> values = new HashMap<>(CLUSTER);
		values.putAll(map(properties));
		return problems(values);
	}

	private String problems(String... properties) {
		return problems(map(properties));
	}

	private String problems(Map<String, String> properties) {
		FailureAnalysis analysis = new InvalidRdsConfigurationFailureAnalyzer()
			.analyze(catchThrowableOfType(InvalidRdsConfigurationException.class, () -> read(null, properties)));
		return Objects.requireNonNull(analysis)
			.getDescription()
			.replace("The configuration of the database cluster is not valid:\n\n", "")
			.replace("    - ", "") + "\n" + Objects.requireNonNull(analysis.getAction()).replace("    - ", "-> ");
	}

	private ConfiguredCluster read(@Nullable RdsConnectionDetails details, String... properties) {
		return read(details, map(properties));
	}

	private ConfiguredCluster read(@Nullable RdsConnectionDetails details, Map<String, String> properties) {
		Binder binder = new Binder(new MapConfigurationPropertySource(properties));
		RdsProperties cluster = binder.bindOrCreate("rds", Bindable.of(RdsProperties.class));
		RdsCredentialsProperties credentials = binder.bindOrCreate("rds.credentials",
				Bindable.of(RdsCredentialsProperties.class));
		return new ConfiguredClusterFactory(cluster, details,
				new TlsPropertiesMapper(new RdsTlsProperties(), new RdsPoolProperties(), null),
				(id) -> Objects.requireNonNull(this.secrets.get(id), id))
			.read(new CredentialsPropertiesMapper(credentials, (name) -> this.libraries));
	}

	private static Map<String, String> map(String... properties) {
		Map<String, String> map = new HashMap<>();
		for (String property : properties) {
			map.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
		}
		return map;
	}

	private record Details(@Nullable String username, @Nullable String password,
			@Nullable String secretId) implements RdsConnectionDetails {

		@Override
		public String getWriter() {
			return "jdbc:postgresql://details/app";
		}

		@Override
		public @Nullable String getUsername() {
			return this.username;
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

		@Override
		public @Nullable String getSecretId() {
			return this.secretId;
		}

	}

}
