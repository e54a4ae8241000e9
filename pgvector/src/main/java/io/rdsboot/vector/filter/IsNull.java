package io.rdsboot.vector.filter;

/**
 * There is no value: the member is missing, or null.
 *
 * @param key key of the member
 */
public record IsNull(MetadataKey key) implements Condition {

	public IsNull {
		FilterValidation.requirePresenceKey(key);
	}

	@Override
	public String toString() {
		return this.key + " is null";
	}

}
