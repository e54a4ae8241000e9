package io.rdsboot.routing.consistency;

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
import org.jspecify.annotations.Nullable;

/**
 * Turns tokens into text and back. The text names the version of its form, the cluster as
 * a hash, the time and the position; with a key it ends with an HMAC-SHA256 over all of
 * that. It consists of letters, digits, '.', '-' and '_'. Thread-safe.
 *
 * <p>
 * Without a key, texts that others have signed are read as well, and count as unverified:
 * an instance that has not been given the key yet understands those that have.
 */
final class TokenCodec {

	private static final int MINIMUM_KEY_LENGTH = 32;

	private static final int MAXIMUM_TEXT_LENGTH = 160;

	private static final String ALGORITHM = "HmacSHA256";

	private static final String VERSION = "1";

	private static final String NO_POSITION = "-";

	private static final int UNSIGNED_PARTS = 4;

	private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

	private final @Nullable SecretKeySpec key;

	private final String cluster;

	/**
	 * Create a codec.
	 * @param key the key to sign with, or {@code null} for texts without a signature
	 * @param cluster what all services call the cluster
	 */
	TokenCodec(byte @Nullable [] key, String cluster) {
		if (key != null && key.length < MINIMUM_KEY_LENGTH) {
			throw new IllegalArgumentException("The key that signs consistency tokens (rds.routing.token.key) has "
					+ key.length + " bytes; give it at least " + MINIMUM_KEY_LENGTH + " random ones");
		}
		this.key = (key != null) ? new SecretKeySpec(key, ALGORITHM) : null;
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

	/**
	 * Return the hash of the cluster's name.
	 */
	String cluster() {
		return this.cluster;
	}

	/**
	 * Return the text of a token.
	 */
	String encode(@Nullable LogPosition position, Instant issuedAt) {
		String content = String.join(".", VERSION, this.cluster, Long.toHexString(issuedAt.toEpochMilli()),
				(position != null) ? Long.toHexString(position.bytes()) : NO_POSITION);
		return (this.key != null) ? content + "." + signature(content, this.key) : content;
	}

	/**
	 * Read a text that comes from anywhere.
	 * @throws InvalidTokenException if it is no token, of another cluster, or not signed
	 * with the key that there is
	 */
	ConsistencyToken decode(String text) throws InvalidTokenException {
		if (text.length() > MAXIMUM_TEXT_LENGTH) {
			throw new InvalidTokenException("it is longer than any token");
		}
		String[] parts = text.split("\\.", -1);
		boolean signed = parts.length == UNSIGNED_PARTS + 1;
		if (!signed && parts.length != UNSIGNED_PARTS) {
			throw new InvalidTokenException("it has not the form of one");
		}
		if (this.key != null && !(signed && isSignature(text, parts[UNSIGNED_PARTS], this.key))) {
			throw new InvalidTokenException("it is not signed with this key");
		}
		if (!parts[0].equals(VERSION)) {
			throw new InvalidTokenException("it has the form of another version");
		}
		if (!parts[1].equals(this.cluster)) {
			throw new InvalidTokenException("it is of another cluster");
		}
		return token(parts[2], parts[3]);
	}

	private static boolean isSignature(String text, String signature, SecretKeySpec key) {
		String content = text.substring(0, text.length() - signature.length() - 1);
		return MessageDigest.isEqual(signature(content, key).getBytes(StandardCharsets.UTF_8),
				signature.getBytes(StandardCharsets.UTF_8));
	}

	private ConsistencyToken token(String issuedAt, String position) throws InvalidTokenException {
		try {
			return new ConsistencyToken(
					position.equals(NO_POSITION) ? null : new LogPosition(Long.parseLong(position, 16)),
					Instant.ofEpochMilli(Long.parseLong(issuedAt, 16)), this.key != null);
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw new InvalidTokenException("it has not the form of one");
		}
	}

	private static String signature(String content, SecretKeySpec key) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(key);
			return BASE64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
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
