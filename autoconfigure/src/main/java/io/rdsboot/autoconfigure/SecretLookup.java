package io.rdsboot.autoconfigure;

import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.secretsmanager.DatabaseSecret;

/**
 * Finds secrets. Does nothing before it is asked.
 */
@FunctionalInterface
interface SecretLookup {

	/**
	 * Return a secret.
	 * @param id its name or ARN
	 * @throws CredentialsUnavailableException if it cannot be had
	 */
	DatabaseSecret secret(String id);

}
