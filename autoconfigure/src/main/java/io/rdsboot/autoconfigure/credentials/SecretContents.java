package io.rdsboot.autoconfigure.credentials;

import java.util.List;
import java.util.Map;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.secretsmanager.DatabaseSecret;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What the configured secrets say of addresses and database. They are asked only where
 * the configuration does not say it.
 */
@API(status = API.Status.INTERNAL)
public final class SecretContents {

	private static final String SECRET_ID = "rds.credentials.secrets-manager.secret-id";

	private static final String READER_SECRET_ID = "rds.credentials.secrets-manager.reader-secret-id";

	private final ConfiguredCredentials.Secrets ids;

	private final SecretLookup lookup;

	/**
	 * Create contents.
	 * @param ids which secrets are configured
	 * @param lookup finds them
	 */
	public SecretContents(ConfiguredCredentials.Secrets ids, SecretLookup lookup) {
		this.ids = ids;
		this.lookup = lookup;
	}

	/**
	 * Return the host of the writer's secret, or {@code null} if there is a problem.
	 */
	public @Nullable ConfiguredAddress writer(ConfigurationProblems problems) {
		DatabaseSecret secret = this.lookup.secret(this.ids.secretId());
		if (secret.host() == null) {
			problems.add("rds.writer", null,
					"No writer is configured, and the secret '" + this.ids.secretId() + "' has no host.",
					"Set rds.writer to the address of the writer, for Aurora the cluster endpoint.");
			return null;
		}
		return problems.collect(() -> address(SECRET_ID, this.ids.secretId(), secret));
	}

	/**
	 * Return the host of the readers' secret, or {@code null} if they have no secret of
	 * their own, or there is a problem.
	 */
	public @Nullable ConfiguredAddress reader(ConfigurationProblems problems) {
		String id = this.ids.readerSecretId();
		if (id == null) {
			return null;
		}
		DatabaseSecret secret = this.lookup.secret(id);
		if (secret.host() == null) {
			problems.add(READER_SECRET_ID, id, "No readers are configured, and the secret has no host.",
					"Set rds.readers to the addresses of the readers, or remove " + READER_SECRET_ID + ".");
			return null;
		}
		return problems.collect(() -> address(READER_SECRET_ID, id, secret));
	}

	/**
	 * Return the database of the writer's secret, or {@code null} if it names none.
	 */
	public @Nullable String database() {
		return this.lookup.secret(this.ids.secretId()).database();
	}

	private static ConfiguredAddress address(String key, String id, DatabaseSecret secret) {
		try {
			return new ConfiguredAddress(address(String.valueOf(secret.host()), secret.port()), null, Map.of());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(key, id,
					"The address in the secret cannot be used: " + ex.getMessage() + ".",
					"Correct host and port in the secret, or set rds.writer and rds.readers.")));
		}
	}

	/**
	 * Returns host and port of a secret, the port of which may stand with the host.
	 */
	private static InstanceAddress address(String host, @Nullable String port) {
		boolean bareIpv6 = !host.startsWith("[") && host.indexOf(':') != host.lastIndexOf(':');
		InstanceAddress written = bareIpv6 ? new InstanceAddress(host, InstanceAddress.DEFAULT_PORT)
				: InstanceAddress.parse(host);
		if (port == null) {
			return written;
		}
		InstanceAddress address = new InstanceAddress(written.host(), number(port));
		boolean portWithHost = !bareIpv6 && host.indexOf(':', host.indexOf(']') + 1) >= 0;
		if (portWithHost && !address.equals(written)) {
			throw new IllegalArgumentException("The host names port " + written.port() + ", and the port is " + port);
		}
		return address;
	}

	private static int number(String port) {
		try {
			return Integer.parseInt(port.strip());
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("The port is '" + port + "', which is no number");
		}
	}

}
