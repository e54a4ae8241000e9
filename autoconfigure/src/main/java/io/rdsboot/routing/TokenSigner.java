package io.rdsboot.routing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.rdsboot.cluster.LogPosition;

/**
 * Turns tokens into signed text and back. The text names the version of its form, the
 * cluster as a hash, the time and the position, and ends with an HMAC-SHA256 over all of
 * that; it consists of letters, digits, '.', '-' and '_'. Thread-safe.
 */
final class TokenSigner {

	private static final int MINIMUM_KEY_LENGTH = 32;

	private static final int MAXIMUM_TEXT_LENGTH = 160;

	private static final String ALGORITHM = "HmacSHA256";

	private static final String VERSION = "1";

	private static final String NO_POSITION = "-";

	private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

	private final SecretKeySpec key;

	private final String cluster;

	TokenSigner(byte[] key, String cluster) {
		if (key.length < MINIMUM_KEY_LENGTH) {
			throw new IllegalArgumentException("The key that signs consistency tokens (rds.routing.token.key) has "
					+ key.length + " bytes; give it at least " + MINIMUM_KEY_LENGTH + " random ones");
		}
		this.key = new SecretKeySpec(key, ALGORITHM);
		this.cluster = hash(cluster);
	}

	private static String hash(String cluster) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(cluster.getBytes(StandardCharsets.UTF_8));
			return BASE64.encodeToString(Arrays.copyOf(digest, 9));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	String sign(LogPosition position, Instant issuedAt) {
		return sign(Long.toHexString(position.bytes()), issuedAt);
	}

	String signWithoutPosition(Instant issuedAt) {
		return sign(NO_POSITION, issuedAt);
	}

	private String sign(String position, Instant issuedAt) {
		String content = String.join(".", VERSION, this.cluster, Long.toHexString(issuedAt.toEpochMilli()), position);
		return content + "." + BASE64.encodeToString(signature(content));
	}

	/**
	 * Read a text that comes from anywhere.
	 * @throws InvalidTokenException if it was not signed with this key, or for another
	 * cluster
	 */
	ConsistencyToken verify(String text) throws InvalidTokenException {
		int end = text.lastIndexOf('.');
		if (end < 0 || text.length() > MAXIMUM_TEXT_LENGTH) {
			throw new InvalidTokenException("it has not the form of one");
		}
		String content = text.substring(0, end);
		byte[] expected = BASE64.encode(signature(content));
		if (!MessageDigest.isEqual(expected, text.substring(end + 1).getBytes(StandardCharsets.UTF_8))) {
			throw new InvalidTokenException("its signature is not by this key");
		}
		String[] parts = content.split("\\.", -1);
		if (parts.length != 4 || !parts[0].equals(VERSION)) {
			throw new InvalidTokenException("it has the form of another version");
		}
		if (!parts[1].equals(this.cluster)) {
			throw new InvalidTokenException("it is of another cluster");
		}
		return token(parts[2], parts[3]);
	}

	private static ConsistencyToken token(String issuedAt, String position) throws InvalidTokenException {
		try {
			return new ConsistencyToken(
					position.equals(NO_POSITION) ? null : new LogPosition(Long.parseLong(position, 16)),
					Instant.ofEpochMilli(Long.parseLong(issuedAt, 16)));
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw new InvalidTokenException("it has not the form of one");
		}
	}

	private byte[] signature(String content) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

	/**
	 * A text is no token, or none for us.
	 */
	static final class InvalidTokenException extends Exception {

		private static final long serialVersionUID = 1L;

		InvalidTokenException(String reason) {
			super(reason);
		}

	}

}
