package io.rdsboot.autoconfigure.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of vector repositories.
 */
@ConfigurationProperties("rds.vector")
public class RdsVectorProperties {

	/**
	 * What to do about the tables of repositories that do not set it themselves.
	 */
	private SchemaMode schema = SchemaMode.MIGRATE;

	/**
	 * Schema of the extension vector, if it is not on the search_path. Flyway creates the
	 * extension there.
	 */
	private @Nullable String extensionSchema;

	/**
	 * Whether startup fails if row-level security does not bind the role that uses tables
	 * with tenants. If not, a warning is logged.
	 */
	private boolean requireRowSecurity = true;

	/**
	 * Vector repositories by name. Each becomes a bean of its name.
	 */
	private final Map<String, Repository> repositories = new LinkedHashMap<>();

	private final IndexBuild indexBuild = new IndexBuild();

	public SchemaMode getSchema() {
		return this.schema;
	}

	public void setSchema(SchemaMode schema) {
		this.schema = schema;
	}

	public @Nullable String getExtensionSchema() {
		return this.extensionSchema;
	}

	public void setExtensionSchema(@Nullable String extensionSchema) {
		this.extensionSchema = extensionSchema;
	}

	public boolean isRequireRowSecurity() {
		return this.requireRowSecurity;
	}

	public void setRequireRowSecurity(boolean requireRowSecurity) {
		this.requireRowSecurity = requireRowSecurity;
	}

	public Map<String, Repository> getRepositories() {
		return this.repositories;
	}

	public IndexBuild getIndexBuild() {
		return this.indexBuild;
	}

	private static KeyType keyType(String type) {
		try {
			return Objects
				.requireNonNull(ApplicationConversionService.getSharedInstance().convert(type, KeyType.class));
		}
		catch (ConversionFailedException ex) {
			// Boot's failure analysis shows the innermost cause alone.
			throw new IllegalArgumentException("'%s' is no type of a key; there are %s".formatted(type,
					Stream.of(KeyType.values())
						.map((known) -> known.name().toLowerCase(Locale.ROOT).replace('_', '-'))
						.collect(Collectors.joining(", "))));
		}
	}

	/**
	 * What is done about a table at start.
	 */
	public enum SchemaMode {

		/**
		 * Flyway creates the table, and adapts it as far as no data is lost.
		 */
		MIGRATE,

		/**
		 * The table is compared with its declaration.
		 */
		VALIDATE,

		/**
		 * The table is left alone.
		 */
		NONE

	}

	/**
	 * What the build of an index may take from the server.
	 */
	public static class IndexBuild {

		/**
		 * Maximum memory of the build of an index on vectors. By default a quarter of the
		 * server's effective_cache_size. A build takes no more than it needs.
		 */
		private @Nullable DataSize maxMemory;

		/**
		 * Number of processes of the server that help to build an index on vectors. By
		 * default the server's max_parallel_maintenance_workers.
		 */
		private @Nullable Integer workers;

		public @Nullable DataSize getMaxMemory() {
			return this.maxMemory;
		}

		public void setMaxMemory(@Nullable DataSize maxMemory) {
			this.maxMemory = maxMemory;
		}

		public @Nullable Integer getWorkers() {
			return this.workers;
		}

		public void setWorkers(@Nullable Integer workers) {
			this.workers = workers;
		}

	}

	/**
	 * A column of vectors.
	 */
	public static class Vector {

		/**
		 * Type of the column.
		 */
		private ElementType type = ElementType.VECTOR;

		/**
		 * Number of dimensions of the vectors.
		 */
		private @Nullable Integer dimensions;

		/**
		 * Measure by which searches order. By default cosine, and for bits hamming.
		 */
		private @Nullable Distance distance;

		private final Index index = new Index();

		public ElementType getType() {
			return this.type;
		}

		public void setType(ElementType type) {
			this.type = type;
		}

		public @Nullable Integer getDimensions() {
			return this.dimensions;
		}

		public void setDimensions(@Nullable Integer dimensions) {
			this.dimensions = dimensions;
		}

		public @Nullable Distance getDistance() {
			return this.distance;
		}

		public void setDistance(@Nullable Distance distance) {
			this.distance = distance;
		}

		public Index getIndex() {
			return this.index;
		}

	}

	/**
	 * A vector repository and its table, with the main vector column.
	 */
	public static class Repository extends Vector {

		/**
		 * Name of the table. By default the repository's name, with underscores for
		 * hyphens.
		 */
		private @Nullable String table;

		/**
		 * Name of the table's schema. By default what the search_path finds.
		 */
		private @Nullable String schemaName;

		/**
		 * Type of the ids.
		 */
		private IdType idType = IdType.UUID;

		/**
		 * Whether the database generates the ids of records that are inserted without
		 * one, by an identity or a default of the id column.
		 */
		private boolean generatedIds;

		/**
		 * What is done about the table at start. By default as for all repositories.
		 */
		private @Nullable SchemaMode schema;

		private final Columns columns = new Columns();

		/**
		 * Further vector columns by name.
		 */
		private final Map<String, Vector> vectors = new LinkedHashMap<>();

		/**
		 * Metadata keys that are declared, by name.
		 */
		private final Map<String, Key> keys = new LinkedHashMap<>();

		/**
		 * What becomes of metadata keys that are not declared.
		 */
		private UndeclaredKeys undeclaredKeys = UndeclaredKeys.ALLOW;

		/**
		 * Declared metadata key that says which tenant a row belongs to.
		 */
		private @Nullable String tenant;

		/**
		 * How the content's words are searched. By default they are not.
		 */
		private @Nullable TextSearch textSearch;

		public @Nullable String getTable() {
			return this.table;
		}

		public void setTable(@Nullable String table) {
			this.table = table;
		}

		public @Nullable String getSchemaName() {
			return this.schemaName;
		}

		public void setSchemaName(@Nullable String schemaName) {
			this.schemaName = schemaName;
		}

		public IdType getIdType() {
			return this.idType;
		}

		public void setIdType(IdType idType) {
			this.idType = idType;
		}

		public boolean isGeneratedIds() {
			return this.generatedIds;
		}

		public void setGeneratedIds(boolean generatedIds) {
			this.generatedIds = generatedIds;
		}

		public @Nullable SchemaMode getSchema() {
			return this.schema;
		}

		public void setSchema(@Nullable SchemaMode schema) {
			this.schema = schema;
		}

		public Columns getColumns() {
			return this.columns;
		}

		public Map<String, Vector> getVectors() {
			return this.vectors;
		}

		public Map<String, Key> getKeys() {
			return this.keys;
		}

		public UndeclaredKeys getUndeclaredKeys() {
			return this.undeclaredKeys;
		}

		public void setUndeclaredKeys(UndeclaredKeys undeclaredKeys) {
			this.undeclaredKeys = undeclaredKeys;
		}

		public @Nullable String getTenant() {
			return this.tenant;
		}

		public void setTenant(@Nullable String tenant) {
			this.tenant = tenant;
		}

		public @Nullable TextSearch getTextSearch() {
			return this.textSearch;
		}

		public void setTextSearch(@Nullable TextSearch textSearch) {
			this.textSearch = textSearch;
		}

	}

	/**
	 * Names of the columns of an existing table.
	 */
	public static class Columns {

		/**
		 * Column of the primary key.
		 */
		private String id = "id";

		/**
		 * Column of the vectors.
		 */
		private String embedding = "embedding";

		/**
		 * Column of the text. Empty for a table without one.
		 */
		private String content = "content";

		/**
		 * Column of the metadata. Empty for a table without one.
		 */
		private String metadata = "metadata";

		public String getId() {
			return this.id;
		}

		public void setId(String id) {
			this.id = id;
		}

		public String getEmbedding() {
			return this.embedding;
		}

		public void setEmbedding(String embedding) {
			this.embedding = embedding;
		}

		public String getContent() {
			return this.content;
		}

		public void setContent(String content) {
			this.content = content;
		}

		public String getMetadata() {
			return this.metadata;
		}

		public void setMetadata(String metadata) {
			this.metadata = metadata;
		}

	}

	/**
	 * A metadata key that has a column of its own, or is at least known.
	 */
	public static class Key {

		/**
		 * Type of the values.
		 */
		private @Nullable KeyType type;

		/**
		 * Name of the column. By default the key's name, with underscores for hyphens.
		 */
		private @Nullable String column;

		/**
		 * Whether the column has an index.
		 */
		private boolean indexed = true;

		/**
		 * What the key was before, as long as versions of the application run that have
		 * it so: a type alone, or type and column.
		 */
		private @Nullable FormerKey formerly;

		public @Nullable KeyType getType() {
			return this.type;
		}

		public void setType(@Nullable KeyType type) {
			this.type = type;
		}

		public @Nullable String getColumn() {
			return this.column;
		}

		public void setColumn(@Nullable String column) {
			this.column = column;
		}

		public @Nullable FormerKey getFormerly() {
			return this.formerly;
		}

		public void setFormerly(@Nullable FormerKey formerly) {
			this.formerly = formerly;
		}

		public boolean isIndexed() {
			return this.indexed;
		}

		public void setIndexed(boolean indexed) {
			this.indexed = indexed;
		}

		/**
		 * Converts the short form of a key, its type alone.
		 * @param type the type, as its name is written in a property
		 * @return an indexed key
		 */
		public static Key valueOf(String type) {
			Key key = new Key();
			key.setType(keyType(type));
			return key;
		}

	}

	/**
	 * What a metadata key was before.
	 */
	public static class FormerKey {

		/**
		 * Type of the values, or json for a key that was in the metadata.
		 */
		private @Nullable KeyType type;

		/**
		 * Name of the column. By default the key's name, with underscores for hyphens.
		 */
		private @Nullable String column;

		public @Nullable KeyType getType() {
			return this.type;
		}

		public void setType(@Nullable KeyType type) {
			this.type = type;
		}

		public @Nullable String getColumn() {
			return this.column;
		}

		public void setColumn(@Nullable String column) {
			this.column = column;
		}

		/**
		 * Converts the short form, the type alone.
		 * @param type the type, as its name is written in a property
		 * @return a key of that type
		 */
		public static FormerKey valueOf(String type) {
			FormerKey key = new FormerKey();
			key.setType(keyType(type));
			return key;
		}

	}

	/**
	 * Search for the content's words.
	 */
	public static class TextSearch {

		/**
		 * Text search configuration of PostgreSQL, such as english, german or simple.
		 */
		private @Nullable String configuration;

		/**
		 * Column of the words, which the server generates.
		 */
		private String column = io.rdsboot.vector.table.TextSearch.DEFAULT_COLUMN;

		public @Nullable String getConfiguration() {
			return this.configuration;
		}

		public void setConfiguration(@Nullable String configuration) {
			this.configuration = configuration;
		}

		public String getColumn() {
			return this.column;
		}

		public void setColumn(String column) {
			this.column = column;
		}

		/**
		 * Converts the short form of a text search, its configuration alone.
		 * @param configuration the text search configuration
		 * @return a text search with the default column
		 */
		public static TextSearch valueOf(String configuration) {
			TextSearch textSearch = new TextSearch();
			textSearch.setConfiguration(configuration);
			return textSearch;
		}

	}

	/**
	 * Index of a vector column.
	 */
	public static class Index {

		/**
		 * Type of the index. By default HNSW, which is built where Flyway makes the table
		 * too; a type that is given here is built in any case.
		 */
		private @Nullable IndexType type;

		/**
		 * Links of a node in each layer of an HNSW index. By default 16.
		 */
		private @Nullable Integer m;

		/**
		 * Candidates that are looked at while an HNSW index is built. By default 64, or
		 * twice m where that is more.
		 */
		private @Nullable Integer efConstruction;

		/**
		 * Number of lists of an IVFFlat index, about a thousandth of the expected rows.
		 * By default 100.
		 */
		private @Nullable Integer lists;

		/**
		 * How the index makes the vectors smaller. By default not at all while it can
		 * hold them as they are.
		 */
		private @Nullable Quantization quantization;

		/**
		 * Filters in text form that are asked so often that each has an index of its own.
		 */
		private final List<String> hotFilters = new ArrayList<>();

		public @Nullable IndexType getType() {
			return this.type;
		}

		public void setType(@Nullable IndexType type) {
			this.type = type;
		}

		public @Nullable Integer getM() {
			return this.m;
		}

		public void setM(@Nullable Integer m) {
			this.m = m;
		}

		public @Nullable Integer getEfConstruction() {
			return this.efConstruction;
		}

		public void setEfConstruction(@Nullable Integer efConstruction) {
			this.efConstruction = efConstruction;
		}

		public @Nullable Integer getLists() {
			return this.lists;
		}

		public void setLists(@Nullable Integer lists) {
			this.lists = lists;
		}

		public @Nullable Quantization getQuantization() {
			return this.quantization;
		}

		public void setQuantization(@Nullable Quantization quantization) {
			this.quantization = quantization;
		}

		public List<String> getHotFilters() {
			return this.hotFilters;
		}

	}

	/**
	 * What becomes of metadata keys that are not declared.
	 */
	public enum UndeclaredKeys {

		/**
		 * They are stored in the metadata column, and looked for there.
		 */
		ALLOW,

		/**
		 * Records and filters that have them are refused.
		 */
		REFUSE

	}

	/**
	 * Types of indexes.
	 */
	public enum IndexType {

		/**
		 * A graph: good recall, slower to build.
		 */
		HNSW,

		/**
		 * Lists around centers that are drawn from the data, so built once there is data.
		 */
		IVFFLAT,

		/**
		 * No index: every search is exact and reads the whole table.
		 */
		NONE

	}

}
