package io.rdsboot.test.aws;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The secrets of an account in one region. Thread-safe.
 */
public final class SecretStore {

	/**
	 * Length of what ends every ARN, so that a secret made anew under an old name has
	 * another one.
	 */
	private static final int SUFFIX_LENGTH = 6;

	private final String region;

	private final InstantSource clock;

	private final Map<String, Secret> secrets = new ConcurrentHashMap<>();

	/**
	 * An empty store.
	 * @param region region of the secrets
	 * @param clock clock of their dates
	 */
	public SecretStore(String region, InstantSource clock) {
		this.region = region;
		this.clock = clock;
	}

	/**
	 * Creates a secret.
	 * @param name a name that is not taken
	 * @param value text of its first version, which is in use at once
	 * @return the secret
	 * @throws IllegalStateException when there is a secret of that name
	 */
	public Secret create(String name, String value) {
		Secret secret = new Secret(name, AwsNames.arn("secretsmanager", this.region,
				"secret:%s-%s".formatted(name, AwsNames.random(SUFFIX_LENGTH))), this.clock, value);
		if (this.secrets.putIfAbsent(name, secret) != null) {
			throw new IllegalStateException("There is a secret named %s already: choose another name".formatted(name));
		}
		return secret;
	}

	/**
	 * Finds a secret.
	 * @param id its name, its ARN, or its ARN without the random end
	 * @return the secret, or {@code null} when there is none
	 */
	@Nullable Secret find(String id) {
		return this.secrets.values()
			.stream()
			.filter((secret) -> secret.name().equals(id) || secret.arn().equals(id)
					|| secret.arn().substring(0, secret.arn().length() - SUFFIX_LENGTH - 1).equals(id))
			.findFirst()
			.orElse(null);
	}

}
