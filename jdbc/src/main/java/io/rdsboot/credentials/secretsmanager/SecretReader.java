package io.rdsboot.credentials.secretsmanager;

import java.nio.charset.StandardCharsets;

import io.rdsboot.credentials.secretsmanager.SecretUnavailableException.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * Reads the versions of one secret from Secrets Manager.
 */
final class SecretReader {

	private static final Logger logger = LoggerFactory.getLogger(SecretReader.class);

	private final SecretsManagerClient client;

	private final String secretId;

	private final SecretParser parser;

	SecretReader(SecretsManagerClient client, String secretId, SecretKeys keys) {
		this.client = client;
		this.secretId = secretId;
		this.parser = new SecretParser(secretId, keys);
	}

	/**
	 * Read the current version.
	 * @throws SecretUnavailableException if it cannot be had
	 */
	DatabaseSecret readCurrent() {
		return read("AWSCURRENT");
	}

	/**
	 * Read the version that a rotation is making, or {@code null} if there is none that
	 * is complete.
	 */
	@Nullable DatabaseSecret readPending() {
		return readIfThere("AWSPENDING");
	}

	/**
	 * Read the version before the current one, or {@code null} if there is none.
	 */
	@Nullable DatabaseSecret readPrevious() {
		return readIfThere("AWSPREVIOUS");
	}

	private @Nullable DatabaseSecret readIfThere(String stage) {
		try {
			return read(stage);
		}
		catch (SecretNotFoundException | SecretFormatException | SecretKeyMissingException ex) {
			return null;
		}
		catch (SecretAccessDeniedException ex) {
			// A policy may allow AWSCURRENT alone.
			logger.debug("Version {} of secret {} is not looked at: {}", stage, this.secretId, ex.getMessage());
			return null;
		}
	}

	private DatabaseSecret read(String stage) {
		GetSecretValueResponse response;
		try {
			response = this.client.getSecretValue((request) -> request.secretId(this.secretId).versionStage(stage));
		}
		catch (ResourceNotFoundException ex) {
			throw new SecretNotFoundException(this.secretId, region(), message(ex), ex);
		}
		catch (DecryptionFailureException ex) {
			throw new SecretDecryptionException(this.secretId, message(ex), ex);
		}
		catch (AwsServiceException ex) {
			throw refused(ex);
		}
		catch (SdkException ex) {
			throw unavailable(Reason.NO_ANSWER, String.valueOf(ex.getMessage()), ex);
		}
		return this.parser.parse(json(response), response.versionId());
	}

	private static @Nullable String json(GetSecretValueResponse response) {
		String text = response.secretString();
		return (text != null || response.secretBinary() == null) ? text
				: new String(response.secretBinary().asByteArrayUnsafe(), StandardCharsets.UTF_8);
	}

	private SecretUnavailableException refused(AwsServiceException ex) {
		String message = message(ex);
		if (ex.awsErrorDetails() == null || !"AccessDeniedException".equals(ex.awsErrorDetails().errorCode())) {
			return unavailable(SecretRefusals.reason(ex, message), message, ex);
		}
		// "Access to KMS is not allowed": the secret may be read, but not its key used.
		return message.contains("KMS") ? new SecretDecryptionException(this.secretId, message, ex)
				: new SecretAccessDeniedException(this.secretId, message, ex);
	}

	private SecretUnavailableException unavailable(Reason reason, String message, SdkException ex) {
		return new SecretUnavailableException(this.secretId, reason, "Secret '" + this.secretId
				+ "' could not be read from Secrets Manager of region " + region() + ": " + message, ex);
	}

	/**
	 * Return what AWS said, without the request's number that the SDK adds.
	 */
	private static String message(AwsServiceException ex) {
		String message = (ex.awsErrorDetails() != null) ? ex.awsErrorDetails().errorMessage() : null;
		return (message != null) ? message : String.valueOf(ex.getMessage());
	}

	private String region() {
		return this.client.serviceClientConfiguration().region().id();
	}

}
