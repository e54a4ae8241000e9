package io.rdsboot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.vector.Distance;
import io.rdsboot.vector.IdType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of vector repositories.
 */
@ConfigurationProperties("rds.vector")
public class RdsVectorProperties {

	/**
	 * What is done about the tables of repositories that do not say it themselves.
	 */
	private SchemaMode schema = SchemaMode.MIGRATE;

	/**
	 * Vector repositories by name. Each becomes a bean of its name.
	 */
	private final Map<String, Repository> repositories = new LinkedHashMap<>();

	public SchemaMode getSchema() {
		return this.schema;
	}

	public void setSchema(SchemaMode schema) {
		this.schema = schema;
	}

	public Map<String, Repository> getRepositories() {
		return this.repositories;
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
	 * A vector repository and its table.
	 */
	public static class Repository {

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
		 * Number of dimensions of the vectors.
		 */
		private @Nullable Integer dimensions;

		/**
		 * Measure by which searches order.
		 */
		private Distance distance = Distance.COSINE;

		/**
		 * What is done about the table at start. By default as for all repositories.
		 */
		private @Nullable SchemaMode schema;

		private final Columns columns = new Columns();

		private final Index index = new Index();

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

		public @Nullable Integer getDimensions() {
			return this.dimensions;
		}

		public void setDimensions(@Nullable Integer dimensions) {
			this.dimensions = dimensions;
		}

		public Distance getDistance() {
			return this.distance;
		}

		public void setDistance(Distance distance) {
			this.distance = distance;
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

		public Index getIndex() {
			return this.index;
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
		 * Column of the text.
		 */
		private String content = "content";

		/**
		 * Column of the metadata.
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
	 * Index of a vector table.
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
