package io.rdsboot.vector.table;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Metadata keys that a table declares, in the order of their declaration. Immutable.
 */
final class DeclaredKeys {

	private final String table;

	private final Map<String, MetadataColumn> keys = new LinkedHashMap<>();

	private final Set<String> columnOnly;

	DeclaredKeys(String table, List<MetadataColumn> keys) {
		this.table = table;
		for (MetadataColumn key : keys) {
			if (this.keys.put(key.key(), key) != null) {
				throw new IllegalArgumentException(
						"metadata key '%s' of vector table %s is declared twice".formatted(key.key(), table));
			}
		}
		this.columnOnly = this.keys.values()
			.stream()
			.filter((key) -> !key.isInJson())
			.map(MetadataColumn::key)
			.collect(Collectors.toUnmodifiableSet());
	}

	List<MetadataColumn> all() {
		return List.copyOf(this.keys.values());
	}

	Optional<MetadataColumn> find(String key) {
		return Optional.ofNullable(this.keys.get(key));
	}

	/**
	 * Return the keys that have a column of their own.
	 */
	List<MetadataColumn> typed() {
		return this.keys.values().stream().filter((key) -> key.type() != KeyType.JSON).toList();
	}

	/**
	 * Return the keys that other versions of the application have in a column.
	 */
	List<MetadataColumn> formerlyTyped() {
		return this.keys.values().stream().filter((key) -> key.formerly() != null && !key.formerly().isJson()).toList();
	}

	/**
	 * Return the members of metadata that are written to the {@code jsonb}.
	 */
	Map<String, Object> untyped(Map<String, Object> metadata) {
		if (Collections.disjoint(this.columnOnly, metadata.keySet())) {
			return metadata;
		}
		Map<String, Object> untyped = new LinkedHashMap<>(metadata);
		untyped.keySet().removeAll(this.columnOnly);
		return untyped;
	}

	/**
	 * Return a key that can say which tenant a row belongs to.
	 * @throws IllegalArgumentException if this one cannot
	 */
	MetadataColumn requireTenant(String key) {
		MetadataColumn column = this.keys.get(key);
		if (column == null || column.type() == KeyType.JSON || column.type() == KeyType.TEXT_ARRAY) {
			throw new IllegalArgumentException(
					"tenant of vector table %s must be a declared metadata key with a column of one value, but is '%s'"
						.formatted(this.table, key));
		}
		if (column.formerly() != null) {
			throw new IllegalArgumentException(
					"tenant of vector table %s must not be on the move, but key '%s' was formerly %s"
						.formatted(this.table, key, column.formerly()));
		}
		return column;
	}

	/**
	 * Check that no key needs a metadata column.
	 */
	void requireNoneInJson() {
		this.keys.values().stream().filter(MetadataColumn::isInJson).findFirst().ifPresent((key) -> {
			throw new IllegalArgumentException(
					"metadata key '%s' of vector table %s needs a metadata column, and there is none"
						.formatted(key.key(), this.table));
		});
	}

}
