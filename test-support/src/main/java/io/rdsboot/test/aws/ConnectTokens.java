package io.rdsboot.test.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verification of the tokens by which IAM users log in to a database: requests for
 * {@code rds-db:connect}, signed in advance and without their scheme. Thread-safe.
 */
public final class ConnectTokens {

	private static final Duration LONGEST = Duration.ofMinutes(15);

	private static final Pattern TOKEN = Pattern.compile("([^/?]+:[0-9]+)(/?)\\?(.+)");

	private final AwsAccount account;

	private final SignatureV4 signature;

	/**
	 * Creates a verifier.
	 * @param account who may connect, and with which access keys
	 * @param age how long ago something was signed, on the clock that counts
	 */
	public ConnectTokens(AwsAccount account, Function<Instant, Duration> age) {
		this.account = account;
		this.signature = new SignatureV4(account.region(), "rds-db", account::key, age);
	}

	/**
	 * Verifies a token in full.
	 * @param token what the client has sent as its password
	 * @param address host and port for which it must be signed
	 * @param username the user who logs in
	 * @throws TokenRefusedException when RDS would refuse the login
	 */
	public void verify(String token, String address, String username) throws TokenRefusedException {
		require(this.account.isIamAuthentication(), "IAM database authentication is off");
		Matcher matcher = TOKEN.matcher(token);
		require(matcher.matches(),
				"The password of '%s' is no IAM token, which looks like host:port/?Action=connect&..."
					.formatted(username));
		try {
			Map<String, String> parameters = CanonicalRequest.parameters(matcher.group(3));
			require("connect".equals(parameters.get("Action")),
					"The token's Action is '%s', and must be 'connect'".formatted(parameters.get("Action")));
			require(username.equals(parameters.get("DBUser")),
					"The token is for the user '%s', and '%s' logs in".formatted(parameters.get("DBUser"), username));
			require(address.equalsIgnoreCase(matcher.group(1)),
					"The token is signed for %s, and this address is %s".formatted(matcher.group(1), address));
			this.signature.verifyQuery(new HttpRequestText("GET", matcher.group(2), matcher.group(3),
					Map.of("host", List.of(matcher.group(1))), new byte[0]), LONGEST);
		}
		catch (InvalidSignatureException ex) {
			throw new TokenRefusedException(ex.getMessage());
		}
		require(this.account.mayConnect(username),
				"No policy allows rds-db:connect as the user '%s'".formatted(username));
	}

	private static void require(boolean condition, String otherwise) throws TokenRefusedException {
		if (!condition) {
			throw new TokenRefusedException(otherwise);
		}
	}

}
