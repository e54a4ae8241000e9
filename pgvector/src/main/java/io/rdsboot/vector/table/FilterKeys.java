package io.rdsboot.vector.table;

import java.util.List;

import io.rdsboot.vector.filter.MetadataKey;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Keys that filters of one table may name.
 */
@API(status = API.Status.INTERNAL)
public final class FilterKeys {

	private final VectorTable table;

	public FilterKeys(VectorTable table) {
		this.table = table;
	}

	/**
	 * Return where the value of a key is.
	 * @throws IllegalArgumentException if the table has no such key
	 */
	public Place place(MetadataKey key) {
		List<String> names = names(key);
		MetadataColumn declared = this.table.key(names.get(0)).orElse(null);
		if (declared == null && this.table.undeclaredKeysRefused()) {
			throw new IllegalArgumentException("filter of vector table %s has %s".formatted(this.table,
					UndeclaredKey.describe(this.table, names.get(0))));
		}
		if (declared == null || declared.type() == KeyType.JSON) {
			return new Place(null, names);
		}
		if (names.size() > 1) {
			throw new IllegalArgumentException(
					"metadata key '%s' (%s) of vector table %s has a column of one value and no members, so '%s' is none: declare the key as json, or leave it undeclared"
						.formatted(declared.key(), declared.type().sqlType(), this.table, key.dotted()));
		}
		return new Place(declared, names);
	}

	/**
	 * A key that is declared with dots in its name is meant wherever it reads so.
	 */
	private List<String> names(MetadataKey key) {
		boolean nested = key.names().size() > 1 && this.table.key(key.dotted()).isEmpty();
		return nested ? key.names() : List.of(key.dotted());
	}

	/**
	 * Where a value is.
	 *
	 * @param column its column, or {@code null} if it is within the {@code jsonb}
	 * metadata
	 * @param names names on the way to it in the metadata
	 */
	public record Place(@Nullable MetadataColumn column, List<String> names) {

	}

}
