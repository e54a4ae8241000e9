package io.rdsboot.vector;

import org.jspecify.annotations.Nullable;

/**
 * Keys that filters of one table may name.
 */
final class FilterKeys {

	private final VectorTable table;

	FilterKeys(VectorTable table) {
		this.table = table;
	}

	/**
	 * Return the column of a key.
	 * @return the column, or {@code null} if the key is a member of the {@code jsonb}
	 * metadata
	 * @throws IllegalArgumentException if the table has no such key
	 */
	@Nullable MetadataColumn column(String key) {
		MetadataColumn column = this.table.key(key).orElse(null);
		if (column == null && this.table.undeclaredKeysRefused()) {
			throw new IllegalArgumentException(
					"filter of vector table %s has %s".formatted(this.table, UndeclaredKey.describe(this.table, key)));
		}
		return (column != null && column.type() != KeyType.JSON) ? column : null;
	}

}
