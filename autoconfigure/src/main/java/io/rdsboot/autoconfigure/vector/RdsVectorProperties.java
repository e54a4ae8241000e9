package io.rdsboot.autoconfigure.vector;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.vector.index.IndexMaintenance;
import io.rdsboot.vector.recall.RecallTuner.DriftAction;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
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

	@NestedConfigurationProperty
	private final VectorSearchProperties search = new VectorSearchProperties();

	private final Maintenance indexMaintenance = new Maintenance();

	private final Recall recall = new Recall();

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

	public Maintenance getIndexMaintenance() {
		return this.indexMaintenance;
	}

	public Recall getRecall() {
		return this.recall;
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
	 * What is done about indexes on vectors that should be built anew.
	 */
	public static class Maintenance {

		/**
		 * What to do about an index on vectors that should be built anew: report it once
		 * in the log, or rebuild it while the old one serves.
		 */
		private IndexMaintenance.Action action = IndexMaintenance.Action.REPORT;

		/**
		 * Time of the day, in UTC, at which indexes are rebuilt, such as 01:30-05:00. By
		 * default at any time.
		 */
		private @Nullable String window;

		/**
		 * Time between two looks at the condition of the indexes.
		 */
		private Duration interval = Duration.ofHours(1);

		public IndexMaintenance.Action getAction() {
			return this.action;
		}

		public void setAction(IndexMaintenance.Action action) {
			this.action = action;
		}

		public @Nullable String getWindow() {
			return this.window;
		}

		public void setWindow(@Nullable String window) {
			this.window = window;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

	}

	/**
	 * How repositories are kept at the recall that they declare.
	 */
	public static class Recall {

		/**
		 * Whether recall is measured with vectors that were searched for. Up to 1,000 of
		 * each column are kept in memory. If not, queries are made of stored rows.
		 */
		private boolean captureQueries;

		/**
		 * Time after which the recall is measured again. It is also measured when a fifth
		 * of the rows has been written.
		 */
		private Duration interval = Duration.ofDays(1);

		/**
		 * Maximum time that a measurement takes.
		 */
		private Duration timeBudget = Duration.ofMinutes(5);

		/**
		 * What to do if the recall falls below its target.
		 */
		private DriftAction onDrift = DriftAction.TUNE;

		public boolean isCaptureQueries() {
			return this.captureQueries;
		}

		public void setCaptureQueries(boolean captureQueries) {
			this.captureQueries = captureQueries;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getTimeBudget() {
			return this.timeBudget;
		}

		public void setTimeBudget(Duration timeBudget) {
			this.timeBudget = timeBudget;
		}

		public DriftAction getOnDrift() {
			return this.onDrift;
		}

		public void setOnDrift(DriftAction onDrift) {
			this.onDrift = onDrift;
		}

	}

}
