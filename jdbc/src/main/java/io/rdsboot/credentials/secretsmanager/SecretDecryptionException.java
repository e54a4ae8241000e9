package io.rdsboot.credentials.secretsmanager;

/**
 * Secrets Manager could not decrypt the secret: its KMS key is disabled or gone, or the
 * application may not use it.
 */
public final class SecretDecryptionException extends SecretUnavailableException {

	private static final long serialVersionUID = 1L;

	SecretDecryptionException(String secretId, String awsMessage, Throwable cause) {
		super(secretId, "Secret '" + secretId + "' could not be decrypted: " + awsMessage, cause);
	}

}
