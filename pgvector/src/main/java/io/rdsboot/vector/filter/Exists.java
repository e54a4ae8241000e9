package io.rdsboot.vector.filter;

/**
 * There is a value.
 *
 * @param key name of the member
 */
public record Exists(String key) implements MetadataFilter {

	public Exists {
		key = FilterRules.key(key);
	}

	@Override
	public String toString() {
		return FilterText.key(this.key) + " exists";
	}

}
