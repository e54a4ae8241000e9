package io.rdsboot.autoconfigure.vector;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.autoconfigure.vector.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.MetadataType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * A vector repository and its table, with the main vector column.
 */
public class VectorRepositoryProperties extends VectorColumnProperties {

	/**
	 * Name of the table. By default the repository's name, with underscores for hyphens.
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
	 * Whether the database generates the ids of records that are inserted without one, by
	 * an identity or a default of the id column.
	 */
	private boolean generatedIds;

	/**
	 * What is done about the table at start. By default as for all repositories.
	 */
	private @Nullable SchemaMode schema;

	private final Columns columns = new Columns();

	/**
	 * Type of the metadata column.
	 */
	private MetadataType metadataType = MetadataType.JSONB;

	/**
	 * Further vector columns by name.
	 */
	private final Map<String, VectorColumnProperties> vectors = new LinkedHashMap<>();

	/**
	 * Metadata keys that are declared, by name.
	 */
	private final Map<String, MetadataKeyProperties> keys = new LinkedHashMap<>();

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

	@NestedConfigurationProperty
	private final VectorSearchProperties search = new VectorSearchProperties();

	@NestedConfigurationProperty
	private final TextRepositoryProperties text = new TextRepositoryProperties();

	/**
	 * Recall that searches are tuned to, from 0.5 to 0.999. By default they are not
	 * tuned.
	 */
	private @Nullable Double targetRecall;

	/**
	 * Whether the repository is an EmbeddingStore of LangChain4j, too. Needs
	 * io.rdsboot:rds-langchain4j.
	 */
	private boolean langchain4j;

	/**
	 * Whether the repository is a VectorStore of Spring AI, too. Needs
	 * io.rdsboot:rds-spring-ai and an EmbeddingModel.
	 */
	private boolean springAi;

	/**
	 * Name of the EmbeddingModel bean of the VectorStore. By default the only one, or the
	 * primary one.
	 */
	private @Nullable String springAiEmbeddingModel;

	public boolean isLangchain4j() {
		return this.langchain4j;
	}

	public void setLangchain4j(boolean langchain4j) {
		this.langchain4j = langchain4j;
	}

	public boolean isSpringAi() {
		return this.springAi;
	}

	public void setSpringAi(boolean springAi) {
		this.springAi = springAi;
	}

	public @Nullable String getSpringAiEmbeddingModel() {
		return this.springAiEmbeddingModel;
	}

	public void setSpringAiEmbeddingModel(@Nullable String springAiEmbeddingModel) {
		this.springAiEmbeddingModel = springAiEmbeddingModel;
	}

	public @Nullable Double getTargetRecall() {
		return this.targetRecall;
	}

	public void setTargetRecall(@Nullable Double targetRecall) {
		this.targetRecall = targetRecall;
	}

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

	public MetadataType getMetadataType() {
		return this.metadataType;
	}

	public void setMetadataType(MetadataType metadataType) {
		this.metadataType = metadataType;
	}

	public Columns getColumns() {
		return this.columns;
	}

	public Map<String, VectorColumnProperties> getVectors() {
		return this.vectors;
	}

	public Map<String, MetadataKeyProperties> getKeys() {
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

	public VectorSearchProperties getSearch() {
		return this.search;
	}

	public TextRepositoryProperties getText() {
		return this.text;
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

		/**
		 * Whether to index the words that a content repeats, so that hybrid searches find
		 * the rows that repeat frequent words most. Makes writes slower.
		 */
		private boolean indexRepeatedWords;

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

		public boolean isIndexRepeatedWords() {
			return this.indexRepeatedWords;
		}

		public void setIndexRepeatedWords(boolean indexRepeatedWords) {
			this.indexRepeatedWords = indexRepeatedWords;
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

}
