package io.rdsboot.autoconfigure.credentials;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;

/**
 * Changes the client that secrets are fetched with before it is made. Customizers are
 * called in order, after region, endpoint, credentials and time-outs are set; the last
 * one wins. They are not asked where the application has a client of its own.
 */
@FunctionalInterface
public interface SecretsManagerClientCustomizer {

	/**
	 * Customize the client.
	 * @param builder the client's builder
	 */
	void customize(SecretsManagerClientBuilder builder);

}
