package io.rdsboot.actuate;

import java.util.Set;
import java.util.regex.Pattern;

import org.apiguardian.api.API;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides the passwords of {@code rds.*}, the key of consistency tokens, and the AWS SDK's
 * secret key and session token, in actuator endpoints, also where these are told to show
 * values. Knows properties and environment variables by their own keys; a password under
 * a key of the application's, which a placeholder points to, is for the application to
 * hide. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class SecretSanitizingFunction implements SanitizingFunction {

	private static final Pattern SEPARATORS = Pattern.compile("[-_.\\[\\]]");

	/** Names the key in a secret's JSON, and is no secret itself. */
	private static final String NAME_OF_KEY = "keyspassword";

	private static final Set<String> SECRETS = Set.of("rdsroutingtokenkey", "awssecretaccesskey", "awssessiontoken");

	@Override
	public SanitizableData apply(SanitizableData data) {
		String key = SEPARATORS.matcher(data.getLowerCaseKey()).replaceAll("");
		boolean password = key.startsWith("rds") && key.endsWith("password") && !key.endsWith(NAME_OF_KEY);
		return (password || SECRETS.contains(key)) ? data.withSanitizedValue() : data;
	}

}
