package io.rdsboot.autoconfigure.credentials;

import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.secretsmanager.DatabaseSecret;
import org.apiguardian.api.API;

/**
 * Finds secrets. Does nothing before it is asked.
 */
@API(status = API.Status.INTERNAL)
@FunctionalInterface
public interface SecretLookup {

	/**
	 * Return a secret.
	 * @param id its name or ARN
	 * @throws CredentialsUnavailableException if it cannot be had
	 */
	DatabaseSecret secret(String id);

}
