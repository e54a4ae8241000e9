package io.rdsboot.vector.filter;

import java.util.List;

/**
 * Filter that looks at one metadata value and is not made of others.
 */
public sealed interface Condition extends MetadataFilter
		permits Comparison, Between, In, Contains, Like, Exists, IsNull, IsAbsent, IsJsonNull {

	/**
	 * Return the key of the value.
	 * @return the key
	 */
	MetadataKey key();

	@Override
	default List<Condition> conditions() {
		return List.of(this);
	}

}
