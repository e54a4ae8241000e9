package io.rdsboot.test.aws;

import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON of a database secret. Nothing of it is part of an error's text.
 */
public final class SecretJson {

	private static final JsonMapper JSON = new JsonMapper();

	private SecretJson() {
	}

	/**
	 * Writes an object.
	 * @param values strings and numbers by key, in their order
	 * @return the JSON
	 */
	public static String write(Map<String, ?> values) {
		return JSON.writeValueAsString(values);
	}

	/**
	 * Text of a key.
	 * @param secret the secret, whose current version is read
	 * @param key the key
	 * @return the text
	 * @throws IllegalStateException when the current version is no JSON with this key
	 */
	public static String text(Secret secret, String key) {
		return text(secret, secret.current(), key);
	}

	static String text(Secret secret, SecretVersion version, String key) {
		return read(secret, version).path(key)
			.stringValueOpt()
			.orElseThrow(
					() -> new IllegalStateException("Version %s of %s has no text under the key %s: replace its value"
						.formatted(version.id(), secret.name(), key)));
	}

	/**
	 * The JSON of a version with another user and password.
	 * @param secret the secret
	 * @param version the version
	 * @param username the user
	 * @param password the user's password
	 * @return the JSON, with all other keys as they were
	 */
	static String withLogin(Secret secret, SecretVersion version, String username, String password) {
		return read(secret, version).put("username", username).put("password", password).toString();
	}

	private static ObjectNode read(Secret secret, SecretVersion version) {
		try {
			JsonNode json = JSON.readTree(version.value());
			if (json instanceof ObjectNode object) {
				return object;
			}
		}
		catch (JacksonException ex) {
			// Says what stands in the secret, and so is no cause for the error below.
		}
		throw new IllegalStateException(
				"Version %s of %s is not a JSON object: replace its value".formatted(version.id(), secret.name()));
	}

}
