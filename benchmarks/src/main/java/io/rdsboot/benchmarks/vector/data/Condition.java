package io.rdsboot.benchmarks.vector.data;

/**
 * Condition on the metadata of a row: a key has a value.
 *
 * @param key the key
 * @param value a {@link String} or an {@link Integer}
 */
public record Condition(String key, Object value) {

	boolean holds(Row row) {
		return this.value.equals(row.metadata().get(this.key));
	}

}
