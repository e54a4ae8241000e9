package io.rdsboot.move.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.credentials.CredentialsProviderFactory;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringUtils;

/**
 * Makes the providers of the logins of a move. They are those of {@code rds.credentials},
 * with its settings of tokens and secrets. Thread-safe.
 */
final class MoveLogins implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(MoveLogins.class);

	private final RdsCredentialsProperties settings;

	private final List<CredentialsProviderFactory> factories;

	private final List<AutoCloseable> made = new ArrayList<>();

	/**
	 * Create the maker.
	 * @param settings those of tokens
	 * @param factories make providers of tokens and secrets
	 */
	MoveLogins(RdsCredentialsProperties settings, List<CredentialsProviderFactory> factories) {
		this.settings = settings;
		this.factories = factories;
	}

	/**
	 * Make the provider of a login.
	 * @param prefix of its properties, with a dot at the end
	 * @param login the properties
	 * @param cluster where it logs in
	 * @param replicates whether the server of the other side logs in with it
	 * @param problems takes what is wrong
	 * @return the provider, or {@code null} if there are problems
	 */
	@Nullable DatabaseCredentialsProvider provider(String prefix, RdsMoveProperties.Login login, ConfiguredCluster cluster,
			boolean replicates, ConfigurationProblems problems) {
		ConfiguredCredentials credentials = switch (login.getType()) {
			case PASSWORD -> password(prefix, login, problems);
			case IAM -> iam(prefix, login, replicates, problems);
			case SECRETS_MANAGER -> secret(prefix, login, problems);
		};
		if (credentials == null) {
			return null;
		}
		if (credentials instanceof ConfiguredCredentials.Password password) {
			return (address) -> password.login();
		}
		DatabaseCredentialsProvider provider = this.factories.stream()
			.map((factory) -> factory.create(cluster.withCredentials(credentials),
					new StaticTopologyProvider(cluster.writer(), List.of())::topology))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		if (provider == null) {
			problems.add(prefix + "type", name(login), "It needs the AWS SDK, which is not on the class path.",
					"Add the dependency " + CredentialsPropertiesMapper.STARTER_AWS + ".");
		}
		if (provider instanceof AutoCloseable closeable) {
			synchronized (this.made) {
				this.made.add(closeable);
			}
		}
		return provider;
	}

	private static @Nullable ConfiguredCredentials password(String prefix, RdsMoveProperties.Login login,
			ConfigurationProblems problems) {
		String username = login.getUsername();
		String password = login.getPassword();
		if (StringUtils.hasText(login.getSecretId())) {
			problems.add(prefix + "secret-id", login.getSecretId(), "It is set, and the type is 'password'.",
					"Set " + prefix + "type to 'secrets-manager', or remove it.");
		}
		if (!StringUtils.hasText(username)) {
			problems.add(prefix + "username", null, "It is needed for the type 'password'.",
					"Set it to the role that logs in, or set " + prefix + "type to 'secrets-manager'.");
		}
		if (!StringUtils.hasText(password)) {
			problems.add(prefix + "password", null, "It is needed for the type 'password'.",
					"Set it to the password of the role, or set " + prefix + "type to 'secrets-manager'.");
		}
		return (StringUtils.hasText(username) && StringUtils.hasText(password))
				? new ConfiguredCredentials.Password(new DatabaseCredentials(username, password)) : null;
	}

	private @Nullable ConfiguredCredentials iam(String prefix, RdsMoveProperties.Login login, boolean replicates,
			ConfigurationProblems problems) {
		if (replicates) {
			problems.add(prefix + "type", name(login),
					"The server of the other side replicates with this login for as long as the move lasts, and a token is valid for 15 minutes.",
					"Set it to 'password' or 'secrets-manager'. The application may log in by tokens.");
			return null;
		}
		if (StringUtils.hasText(login.getPassword())) {
			problems.add(prefix + "password", null, "It is set, and the type is 'iam'. Tokens take its place.",
					"Remove it, or set " + prefix + "type to 'password'.");
		}
		if (!StringUtils.hasText(login.getUsername())) {
			problems.add(prefix + "username", null, "It is needed for the type 'iam'.",
					"Set it to a role that has been granted rds_iam.");
			return null;
		}
		return new ConfiguredCredentials.Iam(Objects.requireNonNull(login.getUsername()),
				this.settings.getIam().getRenewalInterval(), null);
	}

	private static @Nullable ConfiguredCredentials secret(String prefix, RdsMoveProperties.Login login,
			ConfigurationProblems problems) {
		if (StringUtils.hasText(login.getUsername()) || StringUtils.hasText(login.getPassword())) {
			problems.add(prefix + (StringUtils.hasText(login.getUsername()) ? "username" : "password"), null,
					"It is set, and the type is 'secrets-manager'. User name and password come from the secret.",
					"Remove both, or set " + prefix + "type to 'password'.");
		}
		if (!StringUtils.hasText(login.getSecretId())) {
			problems.add(prefix + "secret-id", null, "It is needed for the type 'secrets-manager'.",
					"Set it to the name or the ARN of the secret.");
			return null;
		}
		return new ConfiguredCredentials.Secrets(Objects.requireNonNull(login.getSecretId()), null);
	}

	private static String name(RdsMoveProperties.Login login) {
		return login.getType().name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	@Override
	public void close() {
		synchronized (this.made) {
			this.made.forEach(MoveLogins::close);
		}
	}

	private static void close(AutoCloseable provider) {
		try {
			provider.close();
		}
		catch (Exception ex) {
			logger.debug("Cannot close {}", provider, ex);
		}
	}

}
