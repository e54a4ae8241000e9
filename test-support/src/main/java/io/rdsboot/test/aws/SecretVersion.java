package io.rdsboot.test.aws;

import java.time.Instant;

/**
 * One version of a secret. The value is never part of {@code toString}.
 *
 * @param id the version's id
 * @param value the text; Base64 when the secret is binary
 * @param binary whether the secret is binary
 * @param createdAt when the version was made
 */
public record SecretVersion(String id, String value, boolean binary, Instant createdAt) {

	boolean holds(String otherValue, boolean otherBinary) {
		return this.value.equals(otherValue) && this.binary == otherBinary;
	}

	@Override
	public String toString() {
		return "SecretVersion[id=%s, createdAt=%s]".formatted(this.id, this.createdAt);
	}

}
