package io.rdsboot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Objects;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationFailureAnalyzer;
import io.rdsboot.autoconfigure.tls.RdsTlsProperties;
import io.rdsboot.autoconfigure.tls.TlsPropertiesMapper;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.secretsmanager.DatabaseSecret;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of {@link ConfiguredClusterFactory} and of what the analyzer says of its
 * problems.
 */
class ConfiguredClusterFactoryTests {

	private final RdsProperties properties = new RdsProperties();

	private final RdsCredentialsProperties credentials = new RdsCredentialsProperties();

	private final Map<String, DatabaseSecret> secrets = new HashMap<>();

	ConfiguredClusterFactoryTests() {
		this.properties.setDatabase("app");
		this.credentials.setUsername("user");
		this.credentials.setPassword("hunter2");
	}

	@Test
	void clusterWhenAddressesAreHosts() {
		this.properties.setWriter("w.example.com");
		this.properties.setReaders(List.of(RdsProperties.Reader.valueOf("r.example.com:6432")));
		ConfiguredCluster cluster = read(null);
		assertThat(cluster.writer()).hasToString("w.example.com:5432");
		assertThat(cluster.readers()).extracting(DatabaseInstance::name).containsExactly("r.example.com:6432");
		assertThat(cluster.database()).isEqualTo("app");
		assertThat(login(cluster).password()).isEqualTo("hunter2");
	}

	@Test
	void clusterWhenWriterIsUrlTakesDatabaseAndParametersFromIt() {
		this.properties.setDatabase(null);
		this.properties.setWriter("jdbc:postgresql://w:6432/orders%20db?socketTimeout=7&sslmode=verify-ca");
		ConfiguredCluster cluster = read(null);
		assertThat(cluster.database()).isEqualTo("orders db");
		assertThat(cluster.writer().driverProperties()).containsEntry("socketTimeout", "7")
			.containsEntry("sslmode", "verify-ca")
			.hasSize(2);
		assertThat(cluster.writer()).hasToString("w:6432");
	}

	@Test
	void clusterWhenDetailsAreThereTakesTheirAddressesAndLogin() {
		this.properties.setWriter("configured");
		this.properties.setReaders(List.of(RdsProperties.Reader.valueOf("configured-reader")));
		ConfiguredCluster cluster = read(new Details("jdbc:postgresql://w/other", List.of("r1", "r2"), "u", "p"));
		assertThat(cluster.writer()).hasToString("w:5432");
		assertThat(cluster.readers()).extracting(DatabaseInstance::name).containsExactly("r1:5432", "r2:5432");
		assertThat(cluster.database()).isEqualTo("other");
		assertThat(login(cluster).username()).isEqualTo("u");
	}

	@Test
	void clusterWhenWriterIsMissing() {
		this.properties.setReaders(List.of(RdsProperties.Reader.valueOf("r")));
		assertThat(problem(null))
			.isEqualTo(new ConfigurationProblem("rds.writer", null, "Readers are configured, but no writer.",
					"Set rds.writer to the address of the writer, for Aurora the cluster endpoint."));
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:mysql://w/app, not one of the PostgreSQL driver", "jdbc:postgresql://w, cannot parse",
			"'jdbc:postgresql://w1,w2/app', exactly one host", "db:port, not of the form host:port",
			"'my host', not a host name", "jdbc:postgresql://w/app?scoketTimeout=1, no connection property" })
	void clusterWhenAddressIsWrongNamesKeyAndValue(String address, String description) {
		this.properties.setWriter(address);
		ConfigurationProblem problem = problem(null);
		assertThat(problem.key()).isEqualTo("rds.writer");
		assertThat(problem.description()).contains(description);
		assertThat(problem.action()).contains("rds.writer");
	}

	@Test
	void clusterWhenUrlHoldsCredentialsRefusesWithoutShowingThem() {
		this.properties.setWriter("jdbc:postgresql://w/app?user=u&password=s3cr3t");
		InvalidRdsConfigurationException failure = failure(null);
		assertThat(failure).hasMessageContaining("The address holds credentials")
			.hasMessageContaining("jdbc:postgresql://w/app")
			.hasMessageNotContaining("s3cr3t");
	}

	@Test
	void clusterWhenSeveralThingsAreWrongReportsAll() {
		RdsProperties empty = new RdsProperties();
		RdsProperties.Reader reader = RdsProperties.Reader.valueOf("r");
		reader.setWeight(0);
		empty.setReaders(List.of(reader));
		InvalidRdsConfigurationException failure = catchThrowableOfType(InvalidRdsConfigurationException.class,
				() -> read(empty, new RdsCredentialsProperties(), null));
		assertThat(failure.getProblems()).extracting(ConfigurationProblem::key)
			.containsExactly("rds.writer", "rds.readers[0].weight", "rds.credentials.username",
					"rds.credentials.password");
	}

	@Test
	void clusterWhenDatabaseIsNamedTwiceDifferently() {
		this.properties.setWriter("jdbc:postgresql://w/other");
		assertThat(problem(null).description()).isEqualTo("The URL of rds.writer names another database ('other').");
	}

	@Test
	void clusterWhenAddressesDifferInTheDatabaseAloneHasAnInstanceForEach() {
		this.properties.setDatabase(null);
		this.properties.setWriter("jdbc:postgresql://pooler:6432/w");
		this.properties.setReaders(List.of(RdsProperties.Reader.valueOf("jdbc:postgresql://pooler:6432/r"),
				RdsProperties.Reader.valueOf("jdbc:postgresql://other:6432/w")));
		ConfiguredCluster cluster = read(null);
		assertThat(cluster.database()).isEqualTo("w");
		assertThat(cluster.writer()).hasToString("pooler:6432");
		assertThat(cluster.readers()).extracting(DatabaseInstance::name).containsExactly("pooler:6432/r", "other:6432");
		assertThat(cluster.readers()).extracting((reader) -> reader.address().database()).containsExactly("r", null);
	}

	@Test
	void clusterWhenAddressStandsTwice() {
		this.properties.setWriter("w");
		this.properties.setReaders(List.of(RdsProperties.Reader.valueOf("W:5432")));
		assertThat(problem(null)).isEqualTo(new ConfigurationProblem("rds.readers", "w:5432",
				"The address stands in rds.writer, rds.readers and rds.reader-groups twice.",
				"Name each address once: a reader of a group serves only the reads of that group."));
	}

	@Test
	void clusterWhenReadersHaveGroupsAndZones() {
		this.properties.setWriter("w");
		RdsProperties.Reader reader = RdsProperties.Reader.valueOf("r");
		reader.setZone(" us-east-1a ");
		this.properties.setReaders(List.of(reader));
		this.properties.setReaderGroups(Map.of("reports", List.of(RdsProperties.Reader.valueOf("g:6432"))));
		ConfiguredCluster cluster = read(null);
		assertThat(cluster.readers()).extracting(DatabaseInstance::name).containsExactly("r:5432", "g:6432");
		assertThat(cluster.readers()).extracting(cluster.placement()::zone).containsExactly("us-east-1a", null);
		assertThat(cluster.readers()).extracting(cluster.placement()::groups)
			.containsExactly(Set.of(), Set.of("reports"));
	}

	@Test
	void clusterWhenDetailsAreThereKeepsTheNamesOfGroups() {
		this.properties.setReaderGroups(Map.of("reports", List.of(RdsProperties.Reader.valueOf("g"))));
		ConfiguredCluster cluster = read(new Details("jdbc:postgresql://w/other", List.of("r1"), "u", "p"));
		assertThat(cluster.readers()).extracting(DatabaseInstance::name).containsExactly("r1:5432");
		assertThat(cluster.placement().without()).containsExactly("reports");
	}

	@Test
	void clusterWhenGroupIsEmptyOrItsReaderIsWrongNamesTheKey() {
		this.properties.setWriter("w");
		this.properties.setReaderGroups(Map.of("reports", List.of()));
		assertThat(problem(null)).isEqualTo(new ConfigurationProblem("rds.reader-groups.reports", null,
				"The group has no readers.", "Set an address, or remove the group."));
		this.properties.setReaderGroups(Map.of("reports", List.of(RdsProperties.Reader.valueOf("g:port"))));
		assertThat(problem(null).key()).isEqualTo("rds.reader-groups.reports[0]");
	}

	@Test
	void clusterWhenCredentialsComeFromElsewhereNeedsNone() {
		RdsProperties withoutLogin = new RdsProperties();
		withoutLogin.setWriter("jdbc:postgresql://w/app");
		assertThat(new ConfiguredClusterFactory(withoutLogin, null, tls(), this.secrets::get).read(null).credentials())
			.isNull();
	}

	@Test
	void analysisShowsEveryProblemAndItsMend() {
		RdsProperties empty = new RdsProperties();
		this.credentials.setPassword(null);
		empty.setWriter("db:port");
		FailureAnalysis analysis = new InvalidRdsConfigurationFailureAnalyzer().analyze(catchThrowableOfType(
				InvalidRdsConfigurationException.class, () -> read(empty, this.credentials, null)));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).isEqualTo("""
				The configuration of the database cluster is not valid:

				    - rds.writer = 'db:port': 'db:port' is not of the form host:port.
				    - rds.credentials.password: It is needed for rds.credentials.type 'password'.""");
		assertThat(analysis.getAction().lines()).containsExactly(
				"    - Set rds.writer to a host, host:port or jdbc:postgresql://host:port/database.",
				"    - Set rds.credentials.password.");
	}

	@Test
	void toStringShowsNoPassword() {
		this.properties.setWriter("w");
		assertThat(read(null).toString()).doesNotContain("hunter2").contains("user");
	}

	private ConfiguredCluster read(@Nullable RdsConnectionDetails details) {
		return read(this.properties, this.credentials, details);
	}

	private ConfiguredCluster read(RdsProperties properties, RdsCredentialsProperties credentials,
			@Nullable RdsConnectionDetails details) {
		return new ConfiguredClusterFactory(properties, details, tls(), this.secrets::get)
			.read(new CredentialsPropertiesMapper(credentials, (name) -> true));
	}

	private static TlsPropertiesMapper tls() {
		return new TlsPropertiesMapper(new RdsTlsProperties(), new RdsPoolProperties(), null);
	}

	private static DatabaseCredentials login(ConfiguredCluster cluster) {
		return ((ConfiguredCredentials.Password) Objects.requireNonNull(cluster.credentials())).login();
	}

	private InvalidRdsConfigurationException failure(@Nullable RdsConnectionDetails details) {
		return catchThrowableOfType(InvalidRdsConfigurationException.class, () -> read(details));
	}

	private ConfigurationProblem problem(@Nullable RdsConnectionDetails details) {
		List<ConfigurationProblem> problems = failure(details).getProblems();
		assertThat(problems).hasSize(1);
		return problems.get(0);
	}

	private record Details(String writer, List<String> readers, String username,
			String password) implements RdsConnectionDetails {

		@Override
		public String getWriter() {
			return this.writer;
		}

		@Override
		public List<String> getReaders() {
			return this.readers;
		}

		@Override
		public String getUsername() {
			return this.username;
		}

		@Override
		public String getPassword() {
			return this.password;
		}

	}

}
