package io.rdsboot.credentials.secretsmanager;

import java.util.List;

/**
 * The JSON of a secret lacks a key, or holds no text under it.
 */
public final class SecretKeyMissingException extends SecretUnavailableException {

	private static final long serialVersionUID = 1L;

	private final String key;

	private final transient List<String> presentKeys;

	SecretKeyMissingException(String secretId, String versionId, String key, List<String> presentKeys) {
		super(secretId, "Secret '" + secretId + "' (version " + versionId + ") has no text under the key '" + key
				+ "'; its keys are " + presentKeys, null);
		this.key = key;
		this.presentKeys = List.copyOf(presentKeys);
	}

	/**
	 * Return the key that was looked for.
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * Return the keys that are there.
	 */
	public List<String> getPresentKeys() {
		return this.presentKeys;
	}

}
