package io.rdsboot.autoconfigure.credentials;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.secretsmanager.DatabaseSecret;
import io.rdsboot.credentials.secretsmanager.SecretsManagerCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * The configured secrets, each opened when it is first asked for, with one provider for
 * all who ask. Thread-safe.
 */
final class SecretsManagerSecrets implements SecretLookup, CredentialsProviderFactory, AutoCloseable {

	private final Function<String, SecretsManagerCredentialsProvider> opening;

	private final Map<String, SecretsManagerCredentialsProvider> opened = new LinkedHashMap<>();

	/**
	 * Create secrets.
	 * @param opening makes the provider of a secret, by its name or ARN
	 */
	SecretsManagerSecrets(Function<String, SecretsManagerCredentialsProvider> opening) {
		this.opening = opening;
	}

	@Override
	public DatabaseSecret secret(String id) {
		return provider(id).secret();
	}

	@Override
	public @Nullable DatabaseCredentialsProvider create(ConfiguredCluster cluster, Supplier<ClusterTopology> topology) {
		if (!(cluster.credentials() instanceof ConfiguredCredentials.Secrets ids)) {
			return null;
		}
		SecretsManagerCredentialsProvider ofWriter = provider(ids.secretId());
		return (ids.readerSecretId() != null)
				? new RoleCredentialsProvider(ofWriter, provider(ids.readerSecretId()), topology) : ofWriter;
	}

	private synchronized SecretsManagerCredentialsProvider provider(String id) {
		return this.opened.computeIfAbsent(id, this.opening);
	}

	@Override
	public synchronized void close() {
		this.opened.values().forEach(SecretsManagerCredentialsProvider::close);
	}

}
