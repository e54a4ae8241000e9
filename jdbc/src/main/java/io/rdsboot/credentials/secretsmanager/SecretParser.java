package io.rdsboot.credentials.secretsmanager;

import java.util.List;

import io.rdsboot.credentials.DatabaseCredentials;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the JSON of a secret. By Jackson, because the AWS SDK's own parser is internal to
 * it.
 */
final class SecretParser {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final String secretId;

	private final SecretKeys keys;

	SecretParser(String secretId, SecretKeys keys) {
		this.secretId = secretId;
		this.keys = keys;
	}

	/**
	 * Read a version of the secret.
	 * @param json its value, or {@code null} if there is none
	 * @param versionId its identifier
	 * @throws SecretFormatException if it is no JSON object
	 * @throws SecretKeyMissingException if it has no user name or no password
	 */
	DatabaseSecret parse(@Nullable String json, String versionId) {
		JsonNode secret = readObject(json, versionId);
		DatabaseCredentials credentials = new DatabaseCredentials(required(secret, this.keys.username(), versionId),
				required(secret, this.keys.password(), versionId));
		return new DatabaseSecret(credentials, text(secret, this.keys.host()), text(secret, this.keys.port()),
				text(secret, this.keys.database()), versionId);
	}

	private JsonNode readObject(@Nullable String json, String versionId) {
		if (json == null) {
			throw new SecretFormatException(this.secretId, versionId, "nothing");
		}
		JsonNode read;
		try {
			read = this.mapper.readTree(json);
		}
		catch (JacksonException ex) {
			// Neither kept nor quoted: its message shows a part of the secret.
			throw new SecretFormatException(this.secretId, versionId, "other text");
		}
		if (!read.isObject()) {
			throw new SecretFormatException(this.secretId, versionId, "other text");
		}
		return read;
	}

	private String required(JsonNode secret, String key, String versionId) {
		String text = text(secret, key);
		if (text == null) {
			throw new SecretKeyMissingException(this.secretId, versionId, key, List.copyOf(secret.propertyNames()));
		}
		return text;
	}

	private static @Nullable String text(JsonNode secret, String key) {
		JsonNode value = secret.get(key);
		if (value == null || value.isNull() || !value.isValueNode() || value.asString().isEmpty()) {
			return null;
		}
		return value.asString();
	}

}
