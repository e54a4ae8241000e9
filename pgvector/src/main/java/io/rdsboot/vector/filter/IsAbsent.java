package io.rdsboot.vector.filter;

/**
 * The member is missing.
 *
 * @param key key of the member
 */
public record IsAbsent(MetadataKey key) implements Condition {

	public IsAbsent {
		FilterValidation.requirePresenceKey(key);
	}

	@Override
	public String toString() {
		return this.key + " is absent";
	}

}
