package io.rdsboot.sample.documents;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.rdsboot.sample.web.InvalidParameterException;
import org.jspecify.annotations.Nullable;

/**
 * Document as a client posts it.
 *
 * @param title what stands above its passages, 1 to 200 characters
 * @param text its text, 1 to 100,000 characters
 * @param metadata anything of the client's own, at most 20 entries
 */
record NewDocument(@Nullable String title, @Nullable String text, @Nullable Map<String, @Nullable Object> metadata) {

	private static final int MAX_TITLE = 200;

	private static final int MAX_TEXT = 100_000;

	private static final int MAX_METADATA = 20;

	String validTitle() {
		return valid("title", this.title, MAX_TITLE);
	}

	String validText() {
		return valid("text", this.text, MAX_TEXT);
	}

	Map<String, Object> validMetadata() {
		if (this.metadata == null) {
			return Map.of();
		}
		if (this.metadata.size() > MAX_METADATA) {
			throw new InvalidParameterException("metadata", this.metadata.size() + " entries",
					"send at most " + MAX_METADATA + " entries");
		}
		Map<String, Object> valid = new HashMap<>();
		this.metadata.forEach((key, value) -> {
			if (PassageMetadata.RESERVED.contains(key)) {
				throw new InvalidParameterException("metadata", key, "rename this key, as the service uses it itself");
			}
			if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
				throw new InvalidParameterException("metadata." + key, value, "send a text, a number or a boolean");
			}
			requireStorable("metadata." + key, key + value);
			valid.put(key, value);
		});
		return valid;
	}

	private static String valid(String name, @Nullable String value, int maxLength) {
		if (value == null || value.isBlank()) {
			throw new InvalidParameterException(name, value, "send a text that is not blank");
		}
		if (value.length() > maxLength) {
			throw new InvalidParameterException(name, value.length() + " characters",
					"send at most " + maxLength + " characters");
		}
		requireStorable(name, value);
		return value.strip();
	}

	/** PostgreSQL's text holds all of Unicode but NUL. */
	private static void requireStorable(String name, String value) {
		if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
			throw new InvalidParameterException(name, "not Unicode text", "leave out NUL and unpaired surrogates");
		}
	}

}
