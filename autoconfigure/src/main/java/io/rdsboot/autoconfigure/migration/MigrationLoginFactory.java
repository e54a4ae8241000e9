package io.rdsboot.autoconfigure.migration;

import java.util.Map;
import java.util.Objects;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.tls.TlsPropertiesMapper;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.DatabaseCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Reads the login of a migration tool. Servers that the application has started, such as
 * containers of a test, know the application's login alone, which stands for every other.
 */
final class MigrationLoginFactory {

	private static final String SECRET_ID = "rds.credentials.secrets-manager.migration-secret-id";

	private final ConfiguredCluster cluster;

	private final TlsPropertiesMapper tlsMapper;

	private final @Nullable RdsConnectionDetails details;

	private final @Nullable String secretId;

	private final @Nullable CredentialsPropertiesMapper credentialsMapper;

	/**
	 * Create a reading.
	 * @param cluster the cluster that the application uses
	 * @param tlsMapper refuses what verifies nothing
	 * @param details where the cluster's addresses come from, if not from properties
	 * @param secretId the secret of migrations, or {@code null}
	 * @param credentialsMapper reads the secret's settings, or {@code null} where a
	 * provider of the application's own stands for all credentials
	 */
	MigrationLoginFactory(ConfiguredCluster cluster, TlsPropertiesMapper tlsMapper,
			@Nullable RdsConnectionDetails details, @Nullable String secretId,
			@Nullable CredentialsPropertiesMapper credentialsMapper) {
		this.cluster = cluster;
		this.tlsMapper = tlsMapper;
		this.details = details;
		this.secretId = StringUtils.hasText(secretId) ? secretId : null;
		this.credentialsMapper = credentialsMapper;
	}

	/**
	 * Read the login.
	 * @param properties the tool's own properties
	 * @return the login, or {@code null} if the tool uses the application's connections
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if there
	 * is something wrong with it; names every problem
	 */
	@Nullable MigrationLogin read(MigrationProperties properties) {
		String url = StringUtils.hasText(properties.url()) ? properties.url() : null;
		boolean configured = url != null || StringUtils.hasText(properties.user()) || this.secretId != null;
		if (!configured || TlsPropertiesMapper.isStartedHere(this.details)) {
			return null;
		}
		ConfigurationProblems problems = new ConfigurationProblems();
		ConfiguredAddress address = (url != null) ? address(properties.key("url"), url, problems) : null;
		ConfiguredCredentials credentials = credentials(properties, problems);
		problems.throwIfAny();
		if (address == null) {
			return new MigrationLogin(null, this.cluster.database(), Map.of(), credentials);
		}
		boolean ofWriter = address.address().equals(this.cluster.writer().address());
		DatabaseInstance instance = ofWriter ? null : DatabaseInstance.at(address.address());
		String database = (address.database() != null) ? address.database() : this.cluster.database();
		return new MigrationLogin(instance, database, address.driverProperties(), credentials);
	}

	private @Nullable ConfiguredAddress address(String key, String url, ConfigurationProblems problems) {
		ConfiguredAddress address = problems.collect(() -> ConfiguredAddress.parse(key, url));
		if (address != null) {
			this.tlsMapper.requireVerification(key, this.details, address, problems);
			this.tlsMapper.requireVerificationInPools(this.details, address.address(), problems);
		}
		return address;
	}

	private @Nullable ConfiguredCredentials credentials(MigrationProperties properties,
			ConfigurationProblems problems) {
		String user = StringUtils.hasText(properties.user()) ? properties.user() : null;
		if (this.secretId != null) {
			return secret(properties, user, problems);
		}
		if (user == null) {
			return null;
		}
		if (properties.password() != null) {
			return new ConfiguredCredentials.Password(new DatabaseCredentials(user, properties.password()));
		}
		if (this.cluster.credentials() instanceof ConfiguredCredentials.Iam iam) {
			return new ConfiguredCredentials.Iam(user, iam.renewalInterval(), iam.signingAddress());
		}
		problems.add(properties.key("password"), null,
				"It is needed for " + properties.key("user") + " = '" + user
						+ "', as rds.credentials.type is not 'iam'.",
				"Set " + properties.key("password") + ", or in place of the user the secret that holds the login: "
						+ SECRET_ID + ".");
		return null;
	}

	private @Nullable ConfiguredCredentials secret(MigrationProperties properties, @Nullable String user,
			ConfigurationProblems problems) {
		if (user != null) {
			problems.add(properties.key("user"), user,
					"It is set beside " + SECRET_ID + ", and the user name comes from the secret.",
					"Remove one of " + properties.key("user") + " and " + SECRET_ID + ".");
		}
		if (this.credentialsMapper == null) {
			problems.add(SECRET_ID, this.secretId,
					"The application has a DatabaseCredentialsProvider of its own, which stands for all of "
							+ "rds.credentials.",
					"Remove " + SECRET_ID + ", and give " + properties.tool() + " a data source of its own (@"
							+ properties.tool() + "DataSource), or " + properties.key("user") + " and "
							+ properties.key("password") + ".");
			return null;
		}
		return this.credentialsMapper.secret(Objects.requireNonNull(this.secretId), problems);
	}

}
