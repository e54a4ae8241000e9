package io.rdsboot.autoconfigure.failure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;

/**
 * A secret as the configuration and the AWS command line name it. Immutable.
 *
 * @param id its name or ARN
 * @param region its region, or a placeholder
 * @param setting the property that names it, and its value
 */
record SecretReference(String id, String region, String setting) {

	private static final String PREFIX = "rds.credentials.secrets-manager.";

	private static final Pattern ARN = Pattern.compile("arn:[^:]+:secretsmanager:(?<region>[^:]+):.*");

	/**
	 * Create a reference.
	 * @param id name or ARN
	 * @param knownRegion the region that was asked, or {@code null} if that is not known
	 * @param properties the application's configuration
	 */
	static SecretReference of(String id, @Nullable String knownRegion, PropertyResolver properties) {
		Matcher arn = ARN.matcher(id);
		String region = arn.matches() ? arn.group("region")
				: Optional.ofNullable(knownRegion).orElse(properties.getProperty("rds.aws.region", "<region>"));
		String property = Stream.of("secret-id", "reader-secret-id", "migration-secret-id")
			.filter((each) -> id.equals(properties.getProperty(PREFIX + each)))
			.findFirst()
			.orElse("secret-id");
		return new SecretReference(id, region, PREFIX + property + " = '" + id + "'");
	}

	/**
	 * Return the command that runs an operation on the secret.
	 */
	String command(String operation) {
		return "aws secretsmanager " + operation + " --secret-id '" + this.id + "' --region " + this.region;
	}

	/**
	 * Return the ARN, in which the six characters that AWS adds to a name are wildcards.
	 */
	String arn() {
		return ARN.matcher(this.id).matches() ? this.id
				: Arns.of("secretsmanager", this.region, "secret:" + this.id + "-??????");
	}

}
