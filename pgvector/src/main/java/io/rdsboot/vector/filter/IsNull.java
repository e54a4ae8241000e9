package io.rdsboot.vector.filter;

/**
 * There is no value: the member is missing, or null.
 *
 * @param key name of the member
 */
public record IsNull(String key) implements MetadataFilter {

	public IsNull {
		key = FilterRules.key(key);
	}

	@Override
	public String toString() {
		return FilterText.key(this.key) + " is null";
	}

}
