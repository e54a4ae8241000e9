package io.rdsboot.autoconfigure.aws;

import java.net.URI;
import java.time.InstantSource;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Details of a connection to AWS, or to what stands for it. A bean of this type takes the
 * place of {@code rds.aws.*} and of the application's AWS credentials, where it has them.
 * Implementations show no secret in {@code toString}.
 */
public interface AwsConnectionDetails extends ConnectionDetails {

	/**
	 * Return the URL to call, or {@code null} for AWS's own.
	 */
	default @Nullable URI getEndpoint() {
		return null;
	}

	/**
	 * Return the region, such as {@code us-east-1}, or {@code null} to leave it to the
	 * configuration.
	 */
	default @Nullable String getRegion() {
		return null;
	}

	/**
	 * Return the access key id, or {@code null} to leave the credentials to the
	 * configuration.
	 */
	default @Nullable String getAccessKeyId() {
		return null;
	}

	/**
	 * Return the secret access key that belongs to the access key id.
	 */
	default @Nullable String getSecretAccessKey() {
		return null;
	}

	/**
	 * Return the clock by which tokens and secrets age; the system's by default.
	 */
	default InstantSource getClock() {
		return InstantSource.system();
	}

}
