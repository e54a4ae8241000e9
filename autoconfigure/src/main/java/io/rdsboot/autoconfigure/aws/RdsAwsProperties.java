package io.rdsboot.autoconfigure.aws;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of how AWS is reached.
 */
@ConfigurationProperties("rds.aws")
public class RdsAwsProperties {

	/**
	 * AWS region, such as us-east-1. By default the one that the host name or the
	 * secret's ARN names, and then that of the AWS SDK's default chain.
	 */
	private @Nullable String region;

	/**
	 * URL of an AWS emulator to call instead of AWS.
	 */
	private @Nullable URI endpoint;

	public @Nullable String getRegion() {
		return this.region;
	}

	public void setRegion(@Nullable String region) {
		this.region = region;
	}

	public @Nullable URI getEndpoint() {
		return this.endpoint;
	}

	public void setEndpoint(@Nullable URI endpoint) {
		this.endpoint = endpoint;
	}

}
