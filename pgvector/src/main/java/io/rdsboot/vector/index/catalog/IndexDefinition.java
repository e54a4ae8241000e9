package io.rdsboot.vector.index.catalog;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.rdsboot.vector.schema.IndexNames;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Index that a table should have: what is named, built, and compared with what is there.
 *
 * <p>
 * An index that is there serves as this one whatever its name and whoever made it, if it
 * has the same method, operator class, parameters and key. An index with a predicate
 * serves by its name only, which holds a checksum of the definition: the server rewrites
 * predicates ({@code IN} becomes {@code = ANY}, casts are added), and cannot be asked for
 * its form of one without making the index.
 *
 * @param table the table
 * @param column name of the column that it is on, without quotes
 * @param vector that column with the index as it is built, if it holds vectors, or
 * {@code null}
 * @param purpose what it is for, in words of the declaration
 * @param method the access method
 * @param key the column in quotes, or an expression in parentheses
 * @param operatorClass the operator class, or {@code null} for the default one
 * @param parameters the storage parameters
 * @param predicate condition of the rows that it holds, or {@code null} for all
 * @param requiredRows how many rows there must be before it is built
 * @param remark what is worth saying when it is built, or {@code null}
 */
public record IndexDefinition(VectorTable table, String column, @Nullable VectorColumn vector, String purpose,
		String method, String key, @Nullable String operatorClass, Map<String, Integer> parameters,
		@Nullable String predicate, int requiredRows, @Nullable String remark) {

	private static final int SHOWN_PARTITIONS = 3;

	private static final Pattern DECORATION = Pattern.compile("[()\\s\"]");

	public String name() {
		return IndexNames.of(this.table.name(), this.column, definition());
	}

	public boolean isOnVectors() {
		return this.method.equals("hnsw") || this.method.equals("ivfflat");
	}

	public String createStatement() {
		return "CREATE INDEX CONCURRENTLY %s ON %s".formatted(VectorTable.quote(name()), definition());
	}

	/**
	 * Return the statements that build the index of a partitioned table while it is in
	 * use, which the server cannot do by one.
	 * @param partitions names of the partitions, in quotes
	 */
	public String createStatements(List<String> partitions) {
		StringBuilder statements = new StringBuilder(
				"CREATE INDEX %s ON ONLY %s; ".formatted(VectorTable.quote(name()), definition()));
		for (int i = 0; i < Math.min(partitions.size(), SHOWN_PARTITIONS); i++) {
			String part = IndexNames.of(partitions.get(i).replaceAll("[^\\p{L}\\p{N}_]", "_"), this.column,
					definition());
			statements.append("CREATE INDEX CONCURRENTLY %s ON %s%s; ALTER INDEX %s ATTACH PARTITION %1$s; "
				.formatted(VectorTable.quote(part), partitions.get(i), structure(), VectorTable.quote(name())));
		}
		int others = partitions.size() - SHOWN_PARTITIONS;
		return (others > 0) ? statements + "and so on for the other %d partitions".formatted(others)
				: statements.toString().strip();
	}

	private String definition() {
		return this.table.quotedName() + structure();
	}

	/**
	 * Return what follows the name of the table.
	 */
	private String structure() {
		StringBuilder definition = new StringBuilder(" USING %s (%s".formatted(this.method, this.key));
		if (this.operatorClass != null) {
			definition.append(' ').append(this.operatorClass);
		}
		definition.append(')');
		if (!this.parameters.isEmpty()) {
			definition.append(new TreeMap<>(this.parameters).entrySet()
				.stream()
				.map((parameter) -> parameter.getKey() + " = " + parameter.getValue())
				.collect(Collectors.joining(", ", " WITH (", ")")));
		}
		if (this.predicate != null) {
			definition.append(" WHERE ").append(this.predicate);
		}
		return definition.toString();
	}

	/**
	 * Whether an index that is there serves as this one, once it is valid.
	 */
	public boolean isMetBy(ExistingIndex index) {
		if (this.predicate != null) {
			return index.name().equals(name());
		}
		return !index.partial() && index.accessMethod().equals(this.method) && hasOperatorClass(index)
				&& this.parameters.entrySet()
					.stream()
					.allMatch((parameter) -> index.parameter(parameter.getKey()) == parameter.getValue())
				&& plain(index.key()).equals(plain(this.key));
	}

	private boolean hasOperatorClass(ExistingIndex index) {
		return (this.operatorClass != null)
				? index.operatorClass().equals(this.operatorClass.substring(this.operatorClass.lastIndexOf('.') + 1))
				: index.defaultOperatorClass();
	}

	/**
	 * Return a form of a key in which ours and the server's print are the same. The
	 * server sets other parentheses, and writes the extension's schema only while it is
	 * not on the search path.
	 */
	private String plain(String key) {
		String plain = DECORATION.matcher(key).replaceAll("");
		String schema = this.table.extensionSchema();
		return (schema != null) ? plain.replace(DECORATION.matcher(schema).replaceAll("") + ".", "") : plain;
	}

}
