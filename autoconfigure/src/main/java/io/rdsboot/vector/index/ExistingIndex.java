package io.rdsboot.vector.index;

import java.util.Map;

import io.rdsboot.vector.VectorExpressions;
import io.rdsboot.vector.VectorIndex;
import io.rdsboot.vector.VectorTable;

/**
 * Index that the catalogue has on the embedding column of a table.
 *
 * @param name the name, without schema and quotes
 * @param quotedName the name with its schema, in quotes
 * @param accessMethod {@code hnsw} or {@code ivfflat}
 * @param operatorClass the operator class
 * @param options the storage parameters that are set
 * @param valid whether queries may use it
 * @param building whether a session is building it right now
 */
record ExistingIndex(String name, String quotedName, String accessMethod, String operatorClass,
		Map<String, String> options, boolean valid, boolean building) {

	/**
	 * Whether the index is what the table declares, whatever its name and whoever made
	 * it.
	 */
	boolean fits(VectorTable table) {
		return this.operatorClass.equals(new VectorExpressions(table, table.embedding()).operatorClass())
				&& fits(table.embedding().index());
	}

	private boolean fits(VectorIndex definition) {
		if (definition instanceof VectorIndex.Hnsw hnsw) {
			return this.accessMethod.equals("hnsw") && option("m", 16) == hnsw.m()
					&& option("ef_construction", 64) == hnsw.efConstruction();
		}
		if (definition instanceof VectorIndex.IvfFlat ivfFlat) {
			return this.accessMethod.equals("ivfflat") && option("lists", 100) == ivfFlat.lists();
		}
		return false;
	}

	private int option(String name, int defaultValue) {
		String value = this.options.get(name);
		return (value != null) ? Integer.parseInt(value) : defaultValue;
	}

}
