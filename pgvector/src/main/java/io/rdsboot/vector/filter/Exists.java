package io.rdsboot.vector.filter;

/**
 * There is a value.
 *
 * @param key key of the member
 */
public record Exists(MetadataKey key) implements Condition {

	public Exists {
		FilterValidation.requirePresenceKey(key);
	}

	@Override
	public String toString() {
		return this.key + " exists";
	}

}
