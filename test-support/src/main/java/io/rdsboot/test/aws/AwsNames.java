package io.rdsboot.test.aws;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/**
 * Names and keys as AWS makes them.
 */
public final class AwsNames {

	private static final String ACCOUNT_ID = "123456789012";

	private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	private static final String LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	/** ARN of the user that the access key belongs to. */
	static final String USER_ARN = "arn:aws:iam::" + ACCOUNT_ID + ":user/rds-local";

	private AwsNames() {
	}

	/**
	 * Makes up an access key that lasts.
	 * @return the key
	 */
	public static AccessKey newAccessKey() {
		return new AccessKey("AKIA" + random(16, BASE_32), random(38, LETTERS_AND_DIGITS) + "+/", null);
	}

	/**
	 * Makes up an access key as a role has it: temporary, with a session token.
	 * @return the key
	 */
	public static AccessKey newTemporaryKey() {
		return new AccessKey("ASIA" + random(16, BASE_32), random(38, LETTERS_AND_DIGITS) + "+/",
				random(300, LETTERS_AND_DIGITS) + "+/=");
	}

	/**
	 * Name of a resource.
	 * @param service the service, such as {@code rds}
	 * @param region the region
	 * @param resource type and name, such as {@code cluster:orders}
	 * @return the ARN
	 */
	public static String arn(String service, String region, String resource) {
		return "arn:aws:%s:%s:%s:%s".formatted(service, region, ACCOUNT_ID, resource);
	}

	/**
	 * Makes up an identifier that a resource keeps for good.
	 * @param prefix what the identifiers of its kind begin with, such as {@code db-}
	 * @return the identifier
	 */
	public static String newResourceId(String prefix) {
		return prefix + random(26, BASE_32);
	}

	/**
	 * Makes up a part of a name.
	 * @param length number of characters
	 * @return letters and digits
	 */
	static String random(int length) {
		return random(length, LETTERS_AND_DIGITS);
	}

	private static String random(int length, String alphabet) {
		return new SecureRandom().ints(length, 0, alphabet.length())
			.mapToObj((index) -> alphabet.substring(index, index + 1))
			.collect(Collectors.joining());
	}

}
