package io.rdsboot.vector;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Declaration of a table that holds vectors. Immutable.
 *
 * <p>
 * Defaults: the schema that the connection's {@code search_path} finds, {@code uuid} ids,
 * {@link Distance#COSINE}, an {@link VectorIndex#hnsw() HNSW index}, and the columns
 * {@code id}, {@code embedding}, {@code content} and {@code metadata}. The number of
 * dimensions has no default.
 */
public final class VectorTable {

	/**
	 * Most dimensions of a {@code vector} column.
	 */
	public static final int MAX_DIMENSIONS = 16000;

	private static final int MAX_IDENTIFIER_BYTES = 63;

	private final @Nullable String schema;

	private final String name;

	private final IdType idType;

	private final int dimensions;

	private final Distance distance;

	private final VectorIndex index;

	private final String idColumn;

	private final String embeddingColumn;

	private final String contentColumn;

	private final String metadataColumn;

	private VectorTable(Builder builder) {
		this.schema = (builder.schema != null) ? checkIdentifier("schema", builder.schema) : null;
		this.name = checkIdentifier("table", builder.name);
		this.idType = builder.idType;
		this.dimensions = builder.dimensions;
		this.distance = builder.distance;
		this.index = builder.index;
		this.idColumn = checkIdentifier("id column", builder.idColumn);
		this.embeddingColumn = checkIdentifier("embedding column", builder.embeddingColumn);
		this.contentColumn = checkIdentifier("content column", builder.contentColumn);
		this.metadataColumn = checkIdentifier("metadata column", builder.metadataColumn);
		List<String> columns = List.of(this.idColumn, this.embeddingColumn, this.contentColumn, this.metadataColumn);
		if (Set.copyOf(columns).size() < columns.size()) {
			throw new IllegalArgumentException(
					"columns of vector table %s must differ, but are %s".formatted(this.name, columns));
		}
		if (this.dimensions < 1 || this.dimensions > MAX_DIMENSIONS) {
			throw new IllegalArgumentException("dimensions of vector table %s must be between 1 and %d, but are %d"
				.formatted(this.name, MAX_DIMENSIONS, this.dimensions));
		}
		if (this.dimensions > VectorIndex.MAX_DIMENSIONS && !(this.index instanceof VectorIndex.None)) {
			throw new IllegalArgumentException(
					"dimensions of vector table %s must be at most %d to have an index, but are %d".formatted(this.name,
							VectorIndex.MAX_DIMENSIONS, this.dimensions));
		}
	}

	/**
	 * Return a builder for a table of the given name.
	 * @param name name of the table, without its schema; it is quoted, so upper and lower
	 * case differ
	 * @return the builder
	 */
	public static Builder builder(String name) {
		return new Builder(name);
	}

	private static String checkIdentifier(String kind, String identifier) {
		if (identifier.isBlank() || MetadataRules.hasNul(identifier)) {
			throw new IllegalArgumentException(
					"name of a vector table's %s must not be blank or contain a NUL character, but is '%s'"
						.formatted(kind, identifier.replace('\0', '?')));
		}
		int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
		if (bytes > MAX_IDENTIFIER_BYTES) {
			throw new IllegalArgumentException(
					"name of a vector table's %s must be at most %d bytes long, but '%s' has %d".formatted(kind,
							MAX_IDENTIFIER_BYTES, identifier, bytes));
		}
		return identifier;
	}

	/**
	 * Return an identifier in quotes, ready for use in a statement.
	 * @param identifier the name of a schema, table, column or index
	 * @return the quoted name
	 */
	public static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

	/**
	 * Return the schema.
	 * @return the name of the schema, or {@code null} for the one that the connection's
	 * {@code search_path} finds
	 */
	public @Nullable String schema() {
		return this.schema;
	}

	/**
	 * Return the name of the table, without its schema and quotes.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the name of the table as statements need it: in quotes, with its schema
	 * where one is declared.
	 * @return the quoted name
	 */
	public String quotedName() {
		return (this.schema != null) ? quote(this.schema) + "." + quote(this.name) : quote(this.name);
	}

	/**
	 * Return the type of the ids.
	 * @return the id type
	 */
	public IdType idType() {
		return this.idType;
	}

	/**
	 * Return how many dimensions the vectors have.
	 * @return the dimensions
	 */
	public int dimensions() {
		return this.dimensions;
	}

	/**
	 * Return the measure by which searches order.
	 * @return the distance
	 */
	public Distance distance() {
		return this.distance;
	}

	/**
	 * Return the index that the table should have.
	 * @return the index definition
	 */
	public VectorIndex index() {
		return this.index;
	}

	/**
	 * Return the column of the primary key, without quotes.
	 * @return the name of the column
	 */
	public String idColumn() {
		return this.idColumn;
	}

	/**
	 * Return the column of the vectors, without quotes.
	 * @return the name of the column
	 */
	public String embeddingColumn() {
		return this.embeddingColumn;
	}

	/**
	 * Return the column of the text, without quotes.
	 * @return the name of the column
	 */
	public String contentColumn() {
		return this.contentColumn;
	}

	/**
	 * Return the column of the metadata, without quotes.
	 * @return the name of the column
	 */
	public String metadataColumn() {
		return this.metadataColumn;
	}

	@Override
	public String toString() {
		return (this.schema != null) ? this.schema + "." + this.name : this.name;
	}

	/**
	 * Builder of a {@link VectorTable}. Not thread-safe.
	 */
	public static final class Builder {

		private final String name;

		private @Nullable String schema;

		private IdType idType = IdType.UUID;

		private int dimensions;

		private Distance distance = Distance.COSINE;

		private VectorIndex index = VectorIndex.hnsw();

		private String idColumn = "id";

		private String embeddingColumn = "embedding";

		private String contentColumn = "content";

		private String metadataColumn = "metadata";

		private Builder(String name) {
			this.name = name;
		}

		/**
		 * Set the schema. Default: the one that the {@code search_path} finds.
		 * @param schema the name, or {@code null} for the default
		 * @return this builder
		 */
		public Builder schema(@Nullable String schema) {
			this.schema = schema;
			return this;
		}

		/**
		 * Set the type of the ids. Default: {@link IdType#UUID}.
		 * @param idType the type
		 * @return this builder
		 */
		public Builder idType(IdType idType) {
			this.idType = idType;
			return this;
		}

		/**
		 * Set how many dimensions the vectors have. Required.
		 * @param dimensions from 1 to 16,000; at most 2,000 with an index
		 * @return this builder
		 */
		public Builder dimensions(int dimensions) {
			this.dimensions = dimensions;
			return this;
		}

		/**
		 * Set the measure by which searches order. Default: {@link Distance#COSINE}.
		 * @param distance the distance
		 * @return this builder
		 */
		public Builder distance(Distance distance) {
			this.distance = distance;
			return this;
		}

		/**
		 * Set the index. Default: {@link VectorIndex#hnsw()}.
		 * @param index the index definition
		 * @return this builder
		 */
		public Builder index(VectorIndex index) {
			this.index = index;
			return this;
		}

		/**
		 * Set the column of the primary key. Default: {@code id}.
		 * @param column the name
		 * @return this builder
		 */
		public Builder idColumn(String column) {
			this.idColumn = column;
			return this;
		}

		/**
		 * Set the column of the vectors. Default: {@code embedding}.
		 * @param column the name
		 * @return this builder
		 */
		public Builder embeddingColumn(String column) {
			this.embeddingColumn = column;
			return this;
		}

		/**
		 * Set the column of the text. Default: {@code content}.
		 * @param column the name
		 * @return this builder
		 */
		public Builder contentColumn(String column) {
			this.contentColumn = column;
			return this;
		}

		/**
		 * Set the column of the metadata. Default: {@code metadata}.
		 * @param column the name
		 * @return this builder
		 */
		public Builder metadataColumn(String column) {
			this.metadataColumn = column;
			return this;
		}

		/**
		 * Build the table.
		 * @return the table
		 * @throws IllegalArgumentException if a name is blank or too long, two columns
		 * have the same name, or the dimensions are out of range
		 */
		public VectorTable build() {
			return new VectorTable(this);
		}

	}

}
