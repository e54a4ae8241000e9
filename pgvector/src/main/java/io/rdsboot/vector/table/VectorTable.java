package io.rdsboot.vector.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Declaration of a table that holds vectors. Immutable.
 */
public final class VectorTable {

	private final @Nullable String schema;

	private final String name;

	private final @Nullable String extensionSchema;

	private final IdType idType;

	private final String idColumn;

	private final boolean generatedIds;

	private final @Nullable String contentColumn;

	private final @Nullable String metadataColumn;

	private final MetadataType metadataType;

	private final Map<String, VectorColumn> vectors;

	private final VectorColumn embedding;

	private final DeclaredKeys keys;

	private final boolean undeclaredKeysRefused;

	private final boolean numericText;

	private final @Nullable TextSearch textSearch;

	private final @Nullable MetadataColumn tenantKey;

	private VectorTable(Builder builder) {
		this.schema = check("schema", builder.schema);
		this.name = Identifiers.check("table", builder.name);
		this.extensionSchema = check("extension schema", builder.extensionSchema);
		this.idType = builder.idType;
		this.idColumn = Identifiers.check("id column", builder.idColumn);
		this.generatedIds = builder.generatedIds;
		this.contentColumn = check("content column", builder.contentColumn);
		this.metadataColumn = check("metadata column", builder.metadataColumn);
		this.metadataType = builder.metadataType;
		this.embedding = builder.embedding();
		this.vectors = new LinkedHashMap<>();
		this.vectors.put(this.embedding.name(), this.embedding);
		builder.furtherVectors.forEach((column) -> this.vectors.put(column.name(), column));
		this.keys = new DeclaredKeys(this.name, builder.keys);
		this.undeclaredKeysRefused = builder.undeclaredKeysRefused;
		this.numericText = builder.numericText;
		this.textSearch = builder.textSearch;
		this.tenantKey = (builder.tenantKey != null) ? this.keys.requireTenant(builder.tenantKey) : null;
		requireConsistency(builder);
	}

	private static @Nullable String check(String kind, @Nullable String identifier) {
		return (identifier != null) ? Identifiers.check(kind, identifier) : null;
	}

	private void requireConsistency(Builder builder) {
		List<String> columns = columns();
		if (new TreeSet<>(columns).size() < columns.size() || this.vectors.size() < builder.furtherVectors.size() + 1) {
			throw new IllegalArgumentException(
					"columns of vector table %s must differ, but are %s".formatted(this.name, columns));
		}
		if (this.textSearch != null && this.contentColumn == null) {
			throw new IllegalArgumentException(
					"vector table %s has no content column, so its words cannot be searched".formatted(this.name));
		}
		if (this.metadataColumn == null) {
			this.keys.requireNoneInJson();
		}
		if (this.metadataType == MetadataType.JSON
				&& this.keys.all().stream().anyMatch((key) -> key.formerly() != null)) {
			throw new IllegalArgumentException(
					"metadata of vector table %s is json, so no key can be moved while versions of before run: make it jsonb first"
						.formatted(this.name));
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
	 * Return the schema of the extension {@code vector}.
	 * @return the name of the schema, or {@code null} if it is on the connection's
	 * {@code search_path}
	 */
	public @Nullable String extensionSchema() {
		return this.extensionSchema;
	}

	/**
	 * Return the type of the ids.
	 * @return the id type
	 */
	public IdType idType() {
		return this.idType;
	}

	/**
	 * Return the column of the primary key, without quotes.
	 * @return the name of the column
	 */
	public String idColumn() {
		return this.idColumn;
	}

	/**
	 * Return whether the database generates the ids of records that have none.
	 * @return whether records can be inserted without ids
	 */
	public boolean hasGeneratedIds() {
		return this.generatedIds;
	}

	/**
	 * Return the column of the text, without quotes.
	 * @return the name of the column, or {@code null} if there is none
	 */
	public @Nullable String contentColumn() {
		return this.contentColumn;
	}

	/**
	 * Return the column of the metadata, without quotes.
	 * @return the name of the column, or {@code null} if there is none
	 */
	public @Nullable String metadataColumn() {
		return this.metadataColumn;
	}

	/**
	 * Return the type of the metadata column.
	 * @return the type
	 */
	public MetadataType metadataType() {
		return this.metadataType;
	}

	/**
	 * Return the metadata as {@code jsonb}, which all conditions are about: an expression
	 * that is the same wherever it stands, so that an index on it serves them.
	 * @param row what stands before the name of a column: an alias and a dot, or nothing
	 * @return the expression in SQL
	 */
	public String metadataDocument(String row) {
		String column = row + quote(String.valueOf(this.metadataColumn));
		return (this.metadataType == MetadataType.JSON) ? "(%s::jsonb)".formatted(column) : column;
	}

	/**
	 * Return the main vector column, which every row has a value in.
	 * @return the column
	 */
	public VectorColumn embedding() {
		return this.embedding;
	}

	/**
	 * Return all vector columns.
	 * @return the columns, the main one first
	 */
	public List<VectorColumn> vectors() {
		return List.copyOf(this.vectors.values());
	}

	/**
	 * Return the vector column of a name.
	 * @param name name of the column, without quotes
	 * @return the column
	 * @throws IllegalArgumentException if there is none
	 */
	public VectorColumn vector(String name) {
		VectorColumn column = this.vectors.get(name);
		if (column == null) {
			throw new IllegalArgumentException("vector table %s has no vector column '%s'; it has %s".formatted(this,
					name, this.vectors.keySet()));
		}
		return column;
	}

	/**
	 * Return the declared metadata keys.
	 * @return the keys, in the order of their declaration
	 */
	public List<MetadataColumn> keys() {
		return this.keys.all();
	}

	/**
	 * Return the declaration of a metadata key.
	 * @param key the key
	 * @return the declaration, or empty if the key is not declared
	 */
	public Optional<MetadataColumn> key(String key) {
		return this.keys.find(key);
	}

	/**
	 * Return the declared metadata keys that have a column of their own.
	 * @return the keys, in the order of their declaration
	 */
	public List<MetadataColumn> typedKeys() {
		return this.keys.typed();
	}

	/**
	 * Return the members of metadata that are written to the {@code jsonb}.
	 */
	public Map<String, Object> untyped(Map<String, Object> metadata) {
		return this.keys.untyped(metadata);
	}

	/**
	 * Return the keys that other versions of the application have in a column.
	 * @return the keys, in the order of their declaration
	 */
	public List<MetadataColumn> formerlyTypedKeys() {
		return this.keys.formerlyTyped();
	}

	/**
	 * Return whether a metadata key that is not declared is an error, in records and in
	 * filters. Without a metadata column it always is.
	 * @return whether such keys are refused
	 */
	public boolean undeclaredKeysRefused() {
		return this.undeclaredKeysRefused || this.metadataColumn == null;
	}

	/**
	 * Return whether a filter by a number holds for text that is this number, under keys
	 * without a column.
	 * @return whether it does
	 */
	public boolean hasNumericText() {
		return this.numericText;
	}

	/**
	 * Return the column by which the content's words are found.
	 * @return the declaration, or {@code null} if there is none
	 */
	public @Nullable TextSearch textSearch() {
		return this.textSearch;
	}

	/**
	 * Return the key that says which tenant a row belongs to.
	 * @return the key, or {@code null} if rows have no tenant
	 */
	public @Nullable MetadataColumn tenantKey() {
		return this.tenantKey;
	}

	/**
	 * Return the names of all columns.
	 * @return the names, without quotes
	 */
	public List<String> columns() {
		return Stream
			.of(Stream.of(this.idColumn), this.vectors.keySet().stream(),
					Stream
						.of(Optional.ofNullable(this.contentColumn), Optional.ofNullable(this.metadataColumn),
								Optional.ofNullable(this.textSearch).map(TextSearch::column))
						.flatMap(Optional::stream),
					typedKeys().stream().map(MetadataColumn::column),
					formerlyTypedKeys().stream().map((key) -> Objects.requireNonNull(key.formerly()).column()))
			.flatMap((names) -> names)
			.toList();
	}

	@Override
	public String toString() {
		return (this.schema != null) ? this.schema + "." + this.name : this.name;
	}

	/**
	 * Builder of a {@link VectorTable}. Not thread-safe.
	 *
	 * <p>
	 * Defaults: the schema that the connection's {@code search_path} finds, for the table
	 * and for the extension; {@code uuid} ids that the caller makes; the columns
	 * {@code id}, {@code embedding} of type {@code vector} with {@link Distance#COSINE}
	 * and an {@link VectorIndex#hnsw() HNSW index}, {@code content} and {@code metadata},
	 * which is {@code jsonb}; no declared keys, others allowed; no text search; no
	 * tenants. The number of dimensions has no default.
	 */
	public static final class Builder {

		private final String name;

		private @Nullable String schema;

		private @Nullable String extensionSchema;

		private IdType idType = IdType.UUID;

		private String idColumn = "id";

		private boolean generatedIds;

		private @Nullable String contentColumn = "content";

		private @Nullable String metadataColumn = "metadata";

		private MetadataType metadataType = MetadataType.JSONB;

		private String embeddingColumn = "embedding";

		private int dimensions;

		private Distance distance = Distance.COSINE;

		private VectorIndex index = VectorIndex.hnsw();

		private @Nullable VectorColumn embedding;

		private final List<VectorColumn> furtherVectors = new ArrayList<>();

		private final List<MetadataColumn> keys = new ArrayList<>();

		private boolean undeclaredKeysRefused;

		private boolean numericText;

		private @Nullable TextSearch textSearch;

		private @Nullable String tenantKey;

		private Builder(String name) {
			this.name = name;
		}

		private VectorColumn embedding() {
			return Objects.requireNonNullElseGet(this.embedding, () -> VectorColumn.of(this.embeddingColumn,
					ElementType.VECTOR, this.dimensions, this.distance, this.index));
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
		 * Set the schema of the extension {@code vector}. Default: one on the
		 * {@code search_path}.
		 * @param schema the name, or {@code null} for the default
		 * @return this builder
		 */
		public Builder extensionSchema(@Nullable String schema) {
			this.extensionSchema = schema;
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
		 * Set the column of the primary key. Default: {@code id}.
		 * @param column the name
		 * @return this builder
		 */
		public Builder idColumn(String column) {
			this.idColumn = column;
			return this;
		}

		/**
		 * Let the database generate the ids of records that are inserted without one: by
		 * an identity or a default of the id column, or by a trigger. By default every
		 * record needs an id. Where the table is created, {@code bigint} ids are an
		 * identity, {@code uuid} ids come from {@code gen_random_uuid()}, and
		 * {@code text} ids are the text of it.
		 * @return this builder
		 */
		public Builder generatedIds() {
			this.generatedIds = true;
			return this;
		}

		/**
		 * Set the main vector column in all that it has. What {@link #embeddingColumn},
		 * {@link #dimensions}, {@link #distance} and {@link #index} say is not heeded
		 * then.
		 * @param column the column
		 * @return this builder
		 */
		public Builder embedding(VectorColumn column) {
			this.embedding = column;
			return this;
		}

		/**
		 * Set the name of the main vector column. Default: {@code embedding}.
		 * @param column the name
		 * @return this builder
		 */
		public Builder embeddingColumn(String column) {
			this.embeddingColumn = column;
			return this;
		}

		/**
		 * Set how many dimensions the vectors of the main column have. Required, unless
		 * {@link #embedding} says it.
		 * @param dimensions from 1 to 16,000
		 * @return this builder
		 */
		public Builder dimensions(int dimensions) {
			this.dimensions = dimensions;
			return this;
		}

		/**
		 * Set the measure by which searches of the main column order. Default:
		 * {@link Distance#COSINE}.
		 * @param distance the distance
		 * @return this builder
		 */
		public Builder distance(Distance distance) {
			this.distance = distance;
			return this;
		}

		/**
		 * Set the index of the main column. Default: {@link VectorIndex#hnsw()}.
		 * @param index the index definition
		 * @return this builder
		 */
		public Builder index(VectorIndex index) {
			this.index = index;
			return this;
		}

		/**
		 * Add a vector column besides the main one. Rows need no value in it.
		 * @param column the column
		 * @return this builder
		 */
		public Builder vector(VectorColumn column) {
			this.furtherVectors.add(column);
			return this;
		}

		/**
		 * Set the column of the text. Default: {@code content}.
		 * @param column the name, or {@code null} for a table without one
		 * @return this builder
		 */
		public Builder contentColumn(@Nullable String column) {
			this.contentColumn = column;
			return this;
		}

		/**
		 * Set the column of the metadata. Default: {@code metadata}.
		 * @param column the name, or {@code null} for a table without one
		 * @return this builder
		 */
		public Builder metadataColumn(@Nullable String column) {
			this.metadataColumn = column;
			return this;
		}

		/**
		 * Set the type of the metadata column. Default: {@link MetadataType#JSONB}.
		 * @param type the type
		 * @return this builder
		 */
		public Builder metadataType(MetadataType type) {
			this.metadataType = type;
			return this;
		}

		/**
		 * Declare a metadata key.
		 * @param key the declaration
		 * @return this builder
		 */
		public Builder key(MetadataColumn key) {
			this.keys.add(key);
			return this;
		}

		/**
		 * Declare a metadata key with an indexed column of its name.
		 * @param key the key
		 * @param type type of its values
		 * @return this builder
		 */
		public Builder key(String key, KeyType type) {
			return key(MetadataColumn.of(key, type));
		}

		/**
		 * Refuse metadata keys that are not declared. By default they are allowed.
		 * @return this builder
		 */
		public Builder refuseUndeclaredKeys() {
			this.undeclaredKeysRefused = true;
			return this;
		}

		/**
		 * Let a filter by a number hold for text that is this number too, under keys
		 * without a column: LangChain4j's own store writes the numbers of its JSON as
		 * text. Equality holds for the text that Java prints of the number, which an
		 * index serves, and order for all that is a decimal number. By default text is no
		 * number.
		 * @return this builder
		 */
		public Builder numericText() {
			this.numericText = true;
			return this;
		}

		/**
		 * Let the content's words be searched. Default: they are not.
		 * @param textSearch the declaration, or {@code null} for the default
		 * @return this builder
		 */
		public Builder textSearch(@Nullable TextSearch textSearch) {
			this.textSearch = textSearch;
			return this;
		}

		/**
		 * Set the key that says which tenant a row belongs to. Default: rows have no
		 * tenant.
		 * @param key a declared metadata key with a column, or {@code null} for the
		 * default
		 * @return this builder
		 */
		public Builder tenant(@Nullable String key) {
			this.tenantKey = key;
			return this;
		}

		/**
		 * Build the table.
		 * @return the table
		 * @throws IllegalArgumentException if a name is blank or too long, two columns
		 * have the same name, the dimensions are out of range, or the declarations
		 * contradict each other
		 */
		public VectorTable build() {
			return new VectorTable(this);
		}

	}

}
