package io.rdsboot.test.aws;

import org.jspecify.annotations.Nullable;

/**
 * An access key that AWS knows. What is secret is never part of {@code toString}.
 *
 * @param id the public part
 * @param secret the part that signs
 * @param sessionToken what a temporary key must send along, or {@code null} for a key
 * that lasts
 */
public record AccessKey(String id, String secret, @Nullable String sessionToken) {

	@Override
	public String toString() {
		return "AccessKey[" + this.id + "]";
	}

}
