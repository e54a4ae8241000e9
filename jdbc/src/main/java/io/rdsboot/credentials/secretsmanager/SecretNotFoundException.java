package io.rdsboot.credentials.secretsmanager;

/**
 * Secrets Manager has no such secret in this region and account, or no value of it.
 */
public final class SecretNotFoundException extends SecretUnavailableException {

	private static final long serialVersionUID = 1L;

	private final String region;

	SecretNotFoundException(String secretId, String region, String awsMessage, Throwable cause) {
		super(secretId, "Secret '" + secretId + "' is not in Secrets Manager of region " + region + ": " + awsMessage,
				cause);
		this.region = region;
	}

	/**
	 * Return the AWS region that was asked.
	 */
	public String getRegion() {
		return this.region;
	}

}
