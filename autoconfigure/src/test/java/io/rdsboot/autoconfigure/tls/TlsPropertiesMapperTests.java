package io.rdsboot.autoconfigure.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.JdbcRdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.StartedServers;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of {@link TlsPropertiesMapper}.
 */
class TlsPropertiesMapperTests {

	private static final ConfiguredCredentials IAM = new ConfiguredCredentials.Iam("user",
			new RdsCredentialsProperties().getIam().getRenewalInterval(), null);

	private final RdsTlsProperties properties = new RdsTlsProperties();

	private final RdsPoolProperties pool = new RdsPoolProperties();

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	@Test
	void settingsWhenNothingIsConfiguredAreJudgedByTheAddress() {
		assertThat(read(null, "w.example.com")).isEqualTo(TlsSettings.DEFAULT);
	}

	@Test
	void settingsWhenModeIsConfiguredTakeIt() {
		this.properties.setMode(TlsMode.REQUIRE);
		assertThat(read(null, "w.example.com")).isEqualTo(new TlsSettings(TlsMode.REQUIRE, null));
	}

	@Test
	void settingsWhenDetailsHaveNoBundleAreJudgedByTheAddress() {
		assertThat(read(new Details(null), "db.example.com")).isEqualTo(TlsSettings.DEFAULT);
		assertThat(read(new JdbcRdsConnectionDetails(new JdbcDetails()), "db.example.com"))
			.isEqualTo(TlsSettings.DEFAULT);
	}

	@Test
	void settingsOfServersThatAreStartedHereAreWhatTheyOffer() {
		assertThat(read(new Started(), "docker.example.com")).isEqualTo(new TlsSettings(TlsMode.PREFER, null));
		this.properties.setMode(TlsMode.VERIFY_FULL);
		assertThat(read(new Started(), "docker.example.com")).isEqualTo(new TlsSettings(TlsMode.VERIFY_FULL, null));
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"org.springframework.boot.jdbc.testcontainers.JdbcContainerConnectionDetailsFactory$JdbcContainerConnectionDetails",
			"org.springframework.boot.jdbc.docker.compose.PostgresJdbcDockerComposeConnectionDetailsFactory$PostgresJdbcDockerComposeConnectionDetails" })
	void containersOfSpringBootAreStartedHere(String details) throws IOException {
		assertThat(new SimpleMetadataReaderFactory().getMetadataReader(details).getClassMetadata().getSuperClassName())
			.isIn(JdbcRdsConnectionDetails.OF_CONTAINERS);
	}

	@Test
	void settingsWhenDetailsHaveNoBundleAndModeIsConfiguredTakeTheMode() {
		this.properties.setMode(TlsMode.VERIFY_FULL);
		assertThat(read(new Details(null), "container.example.com"))
			.isEqualTo(new TlsSettings(TlsMode.VERIFY_FULL, null));
	}

	@Test
	void settingsWhenDetailsHaveABundleVerifyByIt() {
		this.properties.setMode(TlsMode.DISABLE);
		this.properties.setBundle("unknown");
		TlsSettings settings = read(new Details(SslBundle.systemDefault()), "localhost");
		assertThat(settings.mode()).isEqualTo(TlsMode.VERIFY_FULL);
		assertThat(settings.context()).isNotNull();
	}

	@Test
	void bundleIsVerifiedInFullAlsoOnLoopback() {
		this.bundles.registerBundle("database", SslBundle.systemDefault());
		this.properties.setBundle("database");
		assertThat(read(null, "localhost").mode()).isEqualTo(TlsMode.VERIFY_FULL);
		this.properties.setMode(TlsMode.VERIFY_CA);
		assertThat(read(null, "localhost").mode()).isEqualTo(TlsMode.VERIFY_CA);
	}

	@Test
	void bundleWhenReloadedGivesANewContext() {
		this.bundles.registerBundle("database", SslBundle.of(SslStoreBundle.NONE));
		this.properties.setBundle("database");
		TlsSettings settings = read(null, "w.example.com");
		var context = Objects.requireNonNull(settings.context());
		var before = context.get();
		assertThat(context.get()).isSameAs(before);
		this.bundles.updateBundle("database", SslBundle.of(SslStoreBundle.NONE));
		assertThat(context.get()).isNotSameAs(before);
	}

	@Test
	void bundleWhenUnknownNamesTheKnownOnes() {
		this.bundles.registerBundle("web", SslBundle.systemDefault());
		this.properties.setBundle("database");
		assertThat(problems(null)).containsExactly(new ConfigurationProblem("rds.tls.bundle", "database",
				"There is no SSL bundle of this name. There are: web.",
				"Define spring.ssl.bundle.pem.database or spring.ssl.bundle.jks.database, or correct rds.tls.bundle."));
	}

	@Test
	void authoritiesWhenTheFileIsMissing() {
		this.properties.setCertificateAuthorities("classpath:nowhere.pem");
		assertThat(problems(null)).singleElement().satisfies((problem) -> {
			assertThat(problem.key()).isEqualTo("rds.tls.certificate-authorities");
			assertThat(problem.value()).isEqualTo("classpath:nowhere.pem");
			assertThat(problem.description()).startsWith("No certificates can be read from it: ")
				.contains("nowhere.pem");
			assertThat(problem.action()).isEqualTo("Set rds.tls.certificate-authorities to a PEM file, such as "
					+ "file:/etc/ssl/authority.pem or classpath:authority.pem.");
		});
	}

	@Test
	void authoritiesWhenTheFileHoldsNone(@TempDir Path directory) throws IOException {
		this.properties
			.setCertificateAuthorities("file:" + Files.writeString(directory.resolve("empty.pem"), "no PEM\n"));
		assertThat(problems(null)).singleElement()
			.satisfies(
					(problem) -> assertThat(problem.description()).startsWith("No certificates can be read from it: "));
	}

	@Test
	void bundleAndAuthoritiesTogetherAreRefused() {
		this.bundles.registerBundle("database", SslBundle.systemDefault());
		this.properties.setBundle("database");
		this.properties.setCertificateAuthorities("classpath:authority.pem");
		assertThat(problems(null)).containsExactly(new ConfigurationProblem("rds.tls.certificate-authorities",
				"classpath:authority.pem", "It is set beside rds.tls.bundle, and each of them says whom to trust.",
				"Remove one of rds.tls.bundle and rds.tls.certificate-authorities."));
	}

	@ParameterizedTest
	@EnumSource(names = { "DISABLE", "PREFER", "REQUIRE" })
	void modeThatVerifiesNothingWithABundleIsRefused(TlsMode mode) {
		this.bundles.registerBundle("database", SslBundle.systemDefault());
		this.properties.setBundle("database");
		this.properties.setMode(mode);
		assertThat(problems(null)).containsExactly(new ConfigurationProblem("rds.tls.mode", mode.sslmode(),
				"It verifies nothing, and rds.tls.bundle says whom to trust.",
				"Set rds.tls.mode to 'verify-full' or 'verify-ca', or remove rds.tls.bundle."));
	}

	@ParameterizedTest
	@EnumSource(names = { "DISABLE", "PREFER" })
	void modeWithoutEncryptionIsRefusedForTokens(TlsMode mode) {
		this.properties.setMode(mode);
		assertThat(problems(IAM)).containsExactly(new ConfigurationProblem("rds.tls.mode", mode.sslmode(),
				"A token is never sent on a connection that is not encrypted.",
				"Remove rds.tls.mode, or set it to 'verify-full'."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sslmode=require", "sslmode=prefer", "sslmode=disable", "ssl=false",
			"sslfactory=org.postgresql.ssl.NonValidatingFactory" })
	void driverPropertyThatTrustsWhoeverAnswersIsRefused(String property) {
		String[] parts = property.split("=", 2);
		ConfigurationProblem problem = new ConfigurationProblem("rds.writer", property,
				"It lets connections trust whoever answers, and they send credentials.", "Remove '" + property
						+ "' from rds.writer. To do without verification, set rds.tls.mode to 'require'.");
		assertThat(problems("db.example.com", null, parts)).containsExactly(problem);
		assertThat(problems("db.example.com", new Details(null), parts)).containsExactly(problem);
		assertThat(problems("127.0.0.1", null, parts)).isEmpty();
		assertThat(problems("docker.example.com", new Started(), parts)).isEmpty();
		this.pool.getReader().getDataSourceProperties().put(parts[0], parts[1]);
		assertThat(problems(null)).extracting(ConfigurationProblem::key)
			.containsExactly("rds.pool.reader.data-source-properties");
		this.properties.setMode(TlsMode.REQUIRE);
		assertThat(problems("db.example.com", null, parts)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "sslmode=verify-ca", "sslmode=verify-full", "ssl=true", "sslmode=nonsense", "socketTimeout=5" })
	void otherDriverPropertyIsLeftAlone(String property) {
		assertThat(problems("db.example.com", null, property.split("=", 2))).isEmpty();
	}

	private List<ConfigurationProblem> problems(String host, @Nullable RdsConnectionDetails details,
			String[] property) {
		ConfigurationProblems problems = new ConfigurationProblems();
		reading().requireVerification("rds.writer", details,
				new ConfiguredAddress(new InstanceAddress(host, 5432), "app", Map.of(property[0], property[1])),
				problems);
		return list(problems);
	}

	private TlsSettings read(@Nullable RdsConnectionDetails details, String host) {
		ConfigurationProblems problems = new ConfigurationProblems();
		TlsSettings settings = reading().read(details, List.of(new InstanceAddress(host, 5432)), null, problems);
		problems.throwIfAny();
		return settings;
	}

	private List<ConfigurationProblem> problems(@Nullable ConfiguredCredentials credentials) {
		ConfigurationProblems problems = new ConfigurationProblems();
		reading().read(null, List.of(new InstanceAddress("w.example.com", 5432)), credentials, problems);
		return list(problems);
	}

	private static List<ConfigurationProblem> list(ConfigurationProblems problems) {
		return problems.isEmpty() ? List.of()
				: catchThrowableOfType(InvalidRdsConfigurationException.class, problems::throwIfAny).getProblems();
	}

	private TlsPropertiesMapper reading() {
		return new TlsPropertiesMapper(this.properties, this.pool, this.bundles);
	}

	private record JdbcDetails() implements JdbcConnectionDetails {

		@Override
		public String getUsername() {
			return "app";
		}

		@Override
		public String getPassword() {
			return "secret";
		}

		@Override
		public String getJdbcUrl() {
			return "jdbc:postgresql://db.example.com/app";
		}

	}

	private record Started() implements RdsConnectionDetails, StartedServers {

		@Override
		public String getWriter() {
			return "docker.example.com";
		}

		@Override
		public boolean isStartedHere() {
			return true;
		}

	}

	private record Details(@Nullable SslBundle bundle) implements RdsConnectionDetails {

		@Override
		public String getWriter() {
			return "w";
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return this.bundle;
		}

	}

}
