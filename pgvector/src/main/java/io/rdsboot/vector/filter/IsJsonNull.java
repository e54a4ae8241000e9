package io.rdsboot.vector.filter;

/**
 * The member is there, and is JSON's {@code null}. A key that has a column is never.
 *
 * @param key key of the member
 */
public record IsJsonNull(MetadataKey key) implements Condition {

	public IsJsonNull {
		FilterValidation.requirePresenceKey(key);
	}

	@Override
	public String toString() {
		return this.key + " is json null";
	}

}
