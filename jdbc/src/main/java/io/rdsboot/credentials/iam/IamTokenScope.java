package io.rdsboot.credentials.iam;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.rdsboot.cluster.InstanceAddress;

/**
 * What an IAM token was signed for, as the token itself says. Holds nothing that is
 * secret. Immutable.
 *
 * @param address server that accepts the token
 * @param username database role
 * @param region AWS region
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.html">Connecting
 * using IAM authentication</a>
 */
public record IamTokenScope(InstanceAddress address, String username, String region) {

	/**
	 * Access key id, date, region, service and a fixed word, separated by slashes.
	 */
	private static final int CREDENTIAL_PARTS = 5;

	/**
	 * Read a token.
	 * @param password what a connection logs in with
	 * @return what it is for, or empty if it is no token
	 */
	public static Optional<IamTokenScope> of(String password) {
		int query = password.indexOf("/?");
		if (query < 0) {
			return Optional.empty();
		}
		try {
			Map<String, String> parameters = Arrays.stream(password.substring(query + 2).split("&", -1))
				.map((parameter) -> parameter.split("=", 2))
				.filter((parameter) -> parameter.length == 2)
				.collect(Collectors.toMap((parameter) -> parameter[0], (parameter) -> decoded(parameter[1]),
						(first, second) -> first));
			String username = parameters.get("DBUser");
			String[] credential = parameters.getOrDefault("X-Amz-Credential", "").split("/", -1);
			return (username == null || credential.length != CREDENTIAL_PARTS) ? Optional.empty() : Optional
				.of(new IamTokenScope(InstanceAddress.parse(password.substring(0, query)), username, credential[2]));
		}
		catch (IllegalArgumentException ex) {
			// a password that looks like a token; the exception quotes it
			return Optional.empty();
		}
	}

	private static String decoded(String value) {
		return URLDecoder.decode(value, StandardCharsets.UTF_8);
	}

}
