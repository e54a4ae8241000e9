package io.rdsboot.vector.index.catalog;

import java.util.List;
import java.util.Map;

import io.rdsboot.vector.schema.IndexNames;
import io.rdsboot.vector.table.VectorIndex;
import org.jspecify.annotations.Nullable;

/**
 * Index that the catalogue has on a table.
 *
 * @param name the name, without schema and quotes
 * @param quotedName the name with its schema, in quotes
 * @param accessMethod the access method, such as {@code hnsw}
 * @param key the column or expression, as the server prints it
 * @param columns names of the columns in its key and its predicate, without quotes
 * @param operatorClass the operator class
 * @param defaultOperatorClass whether that is the default of the column's type
 * @param parameters the storage parameters that are set
 * @param partial whether it holds only the rows of its predicate
 * @param valid whether queries may use it
 * @param building whether a session is building it right now
 * @param definition the whole of it, as the server prints it
 * @param claims who declares it
 */
public record ExistingIndex(String name, String quotedName, String accessMethod, String key, List<String> columns,
		String operatorClass, boolean defaultOperatorClass, Map<String, String> parameters, boolean partial,
		boolean valid, boolean building, String definition, IndexClaims claims) {

	private static final Map<String, Integer> DEFAULT_PARAMETERS = Map.of("m", 16, "ef_construction", 64, "lists", 100);

	/**
	 * Whether it was made here, and may be dropped here.
	 */
	public boolean isOurs() {
		return IndexNames.isOurs(this.name);
	}

	public boolean isOnVectors() {
		return this.accessMethod.equals("hnsw") || this.accessMethod.equals("ivfflat");
	}

	/**
	 * Return its parameters as an index on vectors, or {@code null} if it is none.
	 */
	@Nullable VectorIndex vectorIndex() {
		return switch (this.accessMethod) {
			case "hnsw" -> new VectorIndex.Hnsw(parameter("m"), parameter("ef_construction"));
			case "ivfflat" -> new VectorIndex.IvfFlat(parameter("lists"));
			default -> null;
		};
	}

	/**
	 * Return the value of a storage parameter of an index on vectors, or its default.
	 */
	int parameter(String name) {
		String value = this.parameters.get(name);
		return (value != null) ? Integer.parseInt(value) : DEFAULT_PARAMETERS.getOrDefault(name, 0);
	}

}
