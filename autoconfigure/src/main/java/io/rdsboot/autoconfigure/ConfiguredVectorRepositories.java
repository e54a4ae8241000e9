package io.rdsboot.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

import io.rdsboot.autoconfigure.RdsVectorProperties.IndexType;
import io.rdsboot.autoconfigure.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.VectorIndex;
import io.rdsboot.vector.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * All declared vector repositories. Immutable.
 *
 * @param repositories the repositories
 */
record ConfiguredVectorRepositories(List<ConfiguredVectorRepository> repositories) {

	private static final String PREFIX = "rds.vector.repositories.";

	ConfiguredVectorRepositories {
		repositories = List.copyOf(repositories);
	}

	/**
	 * Return the repositories that the properties declare.
	 * @throws InvalidRdsConfigurationException with every problem that there is
	 */
	static ConfiguredVectorRepositories of(RdsVectorProperties properties) {
		List<ConfigurationProblem> problems = new ArrayList<>();
		List<ConfiguredVectorRepository> repositories = new ArrayList<>();
		Map<String, String> keysByTable = new HashMap<>();
		properties.getRepositories().forEach((name, declared) -> {
			String key = PREFIX + name;
			VectorTable table = new Declaration(key, name, declared, problems).table();
			if (table == null) {
				return;
			}
			String other = keysByTable.putIfAbsent(table.quotedName(), key);
			if (other != null) {
				problems.add(new ConfigurationProblem(key + ".table", table.toString(),
						"'%s' has the same table".formatted(other), "Give each repository a table of its own."));
			}
			SchemaMode schema = (declared.getSchema() != null) ? declared.getSchema() : properties.getSchema();
			repositories.add(new ConfiguredVectorRepository(name, table, schema,
					schema == SchemaMode.MIGRATE || declared.getIndex().getType() != null));
		});
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
		return new ConfiguredVectorRepositories(repositories);
	}

	/**
	 * Return the tables of the repositories that fulfil a condition.
	 */
	List<VectorTable> tables(Predicate<ConfiguredVectorRepository> condition) {
		return this.repositories.stream().filter(condition).map(ConfiguredVectorRepository::table).toList();
	}

	/**
	 * One entry of the properties on its way to a table.
	 */
	private record Declaration(String key, String name, RdsVectorProperties.Repository declared,
			List<ConfigurationProblem> problems) {

		@Nullable VectorTable table() {
			int problemsBefore = this.problems.size();
			VectorIndex index = index();
			int dimensions = dimensions();
			if (this.problems.size() > problemsBefore) {
				return null;
			}
			String table = (this.declared.getTable() != null) ? this.declared.getTable() : this.name.replace('-', '_');
			RdsVectorProperties.Columns columns = this.declared.getColumns();
			try {
				return VectorTable.builder(table)
					.schema(this.declared.getSchemaName())
					.idType(this.declared.getIdType())
					.dimensions(dimensions)
					.distance(this.declared.getDistance())
					.index(index)
					.idColumn(columns.getId())
					.embeddingColumn(columns.getEmbedding())
					.contentColumn(columns.getContent())
					.metadataColumn(columns.getMetadata())
					.build();
			}
			catch (IllegalArgumentException ex) {
				this.problems.add(new ConfigurationProblem(this.key, null, String.valueOf(ex.getMessage()),
						"Correct the names of the table and its columns."));
				return null;
			}
		}

		private int dimensions() {
			Integer dimensions = this.declared.getDimensions();
			String description = null;
			if (dimensions == null) {
				description = "is missing";
			}
			else if (dimensions < 1 || dimensions > ElementType.VECTOR.maxDimensions()) {
				description = "must be between 1 and " + ElementType.VECTOR.maxDimensions();
			}
			if (description != null) {
				add("dimensions", dimensions, description,
						"Set it to the number of dimensions that the embedding model yields.");
			}
			return (dimensions != null) ? dimensions : 0;
		}

		private VectorIndex index() {
			RdsVectorProperties.Index index = this.declared.getIndex();
			IndexType type = (index.getType() != null) ? index.getType() : IndexType.HNSW;
			refuseUnless(type == IndexType.HNSW, "index.m", index.getM(), type);
			refuseUnless(type == IndexType.HNSW, "index.ef-construction", index.getEfConstruction(), type);
			refuseUnless(type == IndexType.IVFFLAT, "index.lists", index.getLists(), type);
			return switch (type) {
				case HNSW -> hnsw(index);
				case IVFFLAT -> ivfFlat(index);
				case NONE -> VectorIndex.none();
			};
		}

		private VectorIndex hnsw(RdsVectorProperties.Index index) {
			int m = (index.getM() != null) ? index.getM() : VectorIndex.hnsw().m();
			if (m < 2 || m > 100) {
				add("index.m", m, "must be between 2 and 100", "Set it to 16, or to more for more recall.");
				return VectorIndex.none();
			}
			int least = Math.max(4, 2 * m);
			int efConstruction = (index.getEfConstruction() != null) ? index.getEfConstruction()
					: Math.max(VectorIndex.hnsw().efConstruction(), least);
			if (efConstruction < least || efConstruction > 1000) {
				add("index.ef-construction", efConstruction,
						"must be between %d (4, and twice index.m) and 1000".formatted(least),
						"Set it to 64 or to more for more recall, or lower index.m.");
				return VectorIndex.none();
			}
			return new VectorIndex.Hnsw(m, efConstruction);
		}

		private VectorIndex ivfFlat(RdsVectorProperties.Index index) {
			int lists = (index.getLists() != null) ? index.getLists() : 100;
			if (lists < 1 || lists > 32768) {
				add("index.lists", lists, "must be between 1 and 32768",
						"Set it to about a thousandth of the expected rows.");
				return VectorIndex.none();
			}
			return new VectorIndex.IvfFlat(lists);
		}

		private void refuseUnless(boolean fits, String property, @Nullable Integer value, IndexType type) {
			if (!fits && value != null) {
				add(property, value, "does not belong to an index of type " + type.name().toLowerCase(Locale.ROOT),
						"Remove it, or set another index.type.");
			}
		}

		private void add(String property, @Nullable Object value, String description, String action) {
			this.problems.add(new ConfigurationProblem(this.key + "." + property,
					(value != null) ? value.toString() : null, description, action));
		}

	}

}
