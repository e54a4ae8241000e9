package io.rdsboot.vector;

import java.util.Objects;

import io.rdsboot.vector.type.StorableText;

/**
 * Declaration of a metadata key that has a column of its own, or of one that stays in the
 * {@code jsonb} metadata but is known. Immutable.
 *
 * @param key name of the key in the metadata of records and in filters
 * @param column name of the column, without quotes; of no meaning for
 * {@link KeyType#JSON}
 * @param type type of the values
 * @param indexed whether the column has an index of its own
 */
public record MetadataColumn(String key, String column, KeyType type, boolean indexed) {

	public MetadataColumn {
		Objects.requireNonNull(key, "key of a metadata column must not be null");
		Identifiers.check("metadata column", column);
		StorableText.Problem problem = StorableText.problem(key);
		if (key.isBlank() || problem != null) {
			throw new IllegalArgumentException("key of a metadata column must not %s, but is '%s'"
				.formatted((problem != null) ? "have " + problem.description() : "be blank", StorableText.shown(key)));
		}
	}

	/**
	 * Return a declaration of an indexed column that has the name of its key.
	 * @param key name of the key and of the column
	 * @param type type of the values
	 * @return the declaration
	 */
	public static MetadataColumn of(String key, KeyType type) {
		return new MetadataColumn(key, key, type, true);
	}

}
