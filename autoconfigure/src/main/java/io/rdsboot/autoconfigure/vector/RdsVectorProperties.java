package io.rdsboot.autoconfigure.vector;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
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
	private final Map<String, VectorRepositoryProperties> repositories = new LinkedHashMap<>();

	private final IndexBuild indexBuild = new IndexBuild();

	private final VectorSearchProperties search = new VectorSearchProperties();

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

	public Map<String, VectorRepositoryProperties> getRepositories() {
		return this.repositories;
	}

	public IndexBuild getIndexBuild() {
		return this.indexBuild;
	}

	public VectorSearchProperties getSearch() {
		return this.search;
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

}
