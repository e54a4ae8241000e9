package io.rdsboot.autoconfigure.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties.IndexBuild;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties.Maintenance;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.DailyWindow;
import io.rdsboot.vector.index.IndexMaintenance;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

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
		ConfigurationProblems problems = new ConfigurationProblems();
		List<ConfiguredVectorRepository> repositories = new ArrayList<>();
		Map<String, String> keysByTable = new HashMap<>();
		SearchLimits limits = new VectorSearchMapper("rds.vector.search", properties.getSearch(), problems)
			.read(SearchLimits.DEFAULTS);
		properties.getRepositories().forEach((name, declared) -> {
			String key = PREFIX + name;
			if (declared.isLangchain4j()) {
				requireLibrary(key + ".langchain4j", "io.rdsboot.langchain4j.RdsEmbeddingStore", "rds-langchain4j",
						problems);
			}
			checkSpringAi(key + ".spring-ai", declared, problems);
			checkText(key + ".text", declared.getText(), problems);
			SearchLimits ownLimits = new VectorSearchMapper(key + ".search", declared.getSearch(), problems)
				.read(limits);
			VectorTable table = new VectorRepositoryMapper(key, name, declared, problems)
				.read(properties.getExtensionSchema());
			if (table == null) {
				return;
			}
			String other = keysByTable.putIfAbsent(table.quotedName(), key);
			if (other != null) {
				problems.add(key + ".table", table.toString(), "'%s' has the same table".formatted(other),
						"Give each repository a table of its own.");
			}
			SchemaMode schema = (declared.getSchema() != null) ? declared.getSchema() : properties.getSchema();
			repositories.add(new ConfiguredVectorRepository(name, table, schema,
					schema == SchemaMode.MIGRATE || declared.getIndex().getType() != null, ownLimits,
					VectorRecallMapper.target(key, declared, table, problems)));
		});
		checkIndexBuild(properties.getIndexBuild(), problems);
		checkIndexMaintenance(properties.getIndexMaintenance(), problems);
		VectorRecallMapper.check(properties.getRecall(), problems);
		problems.throwIfAny();
		return new ConfiguredVectorRepositories(repositories);
	}

	private static void checkSpringAi(String key, VectorRepositoryProperties declared, ConfigurationProblems problems) {
		String model = declared.getSpringAiEmbeddingModel();
		if (declared.isSpringAi()) {
			requireLibrary(key, "io.rdsboot.springai.RdsVectorStore", "rds-spring-ai", problems);
		}
		else if (model != null) {
			problems.add(key + "-embedding-model", model, "the repository is no VectorStore, which would have a model",
					"Set %s to true, or remove the property.".formatted(key));
		}
	}

	private static void checkText(String key, TextRepositoryProperties declared, ConfigurationProblems problems) {
		String model = declared.getEmbeddingModel();
		if (model != null && !declared.isEnabled()) {
			problems.add(key + ".embedding-model", model,
					"the repository has no TextRepository, which would have a model",
					"Set %s.enabled to true, or remove the property.".formatted(key));
		}
		checkNext(key, declared, problems);
	}

	private static void checkNext(String key, TextRepositoryProperties declared, ConfigurationProblems problems) {
		String column = declared.getNext().getColumn();
		String model = declared.getNext().getEmbeddingModel();
		if (column == null && model == null) {
			return;
		}
		if (!declared.isEnabled()) {
			problems.add(key + ".next", null, "the repository has no TextRepository, whose model would change",
					"Set %s.enabled to true, or remove the properties.".formatted(key));
		}
		if (column == null) {
			problems.add(key + ".next.column", null,
					"nothing says which column the next model '%s' fills".formatted(model),
					"Declare a further vector column under vectors, and set the property to its name.");
		}
		if (model == null) {
			problems.add(key + ".next.embedding-model", null,
					"nothing says which model fills the column '%s'".formatted(column),
					"Set the property to the name of the model's bean.");
		}
	}

	/**
	 * Whoever asks for the interface of another project must have the library that
	 * implements it.
	 */
	private static void requireLibrary(String key, String type, String artifact, ConfigurationProblems problems) {
		if (!ClassUtils.isPresent(type, null)) {
			problems.add(key, "true", "needs %s, which is not on the class path".formatted(artifact),
					"Add the dependency io.rdsboot:%s, or remove the property.".formatted(artifact));
		}
	}

	private static void checkIndexBuild(IndexBuild build, ConfigurationProblems problems) {
		DataSize maxMemory = build.getMaxMemory();
		Integer workers = build.getWorkers();
		check("index-build.max-memory", maxMemory, () -> new BuildLimits(maxMemory, null), problems);
		check("index-build.workers", workers, () -> new BuildLimits(null, workers), problems);
	}

	private static void checkIndexMaintenance(Maintenance maintenance, ConfigurationProblems problems) {
		String window = maintenance.getWindow();
		if (window != null) {
			check("index-maintenance.window", window, () -> DailyWindow.parse(window), problems);
		}
		Duration interval = maintenance.getInterval();
		check("index-maintenance.interval", DurationStyle.SIMPLE.print(interval),
				() -> new IndexMaintenance(maintenance.getAction(), null, interval), problems);
	}

	private static void check(String property, @Nullable Object value, Supplier<?> use,
			ConfigurationProblems problems) {
		try {
			Object unused = use.get();
		}
		catch (IllegalArgumentException ex) {
			problems.add("rds.vector." + property, String.valueOf(value), String.valueOf(ex.getMessage()),
					"Correct the value, or leave it out.");
		}
	}

	/**
	 * Return a repository.
	 * @throws InvalidRdsConfigurationException if the repository is not declared,
	 * although it was when the application was processed ahead of time
	 */
	ConfiguredVectorRepository repository(String name) {
		return this.repositories.stream()
			.filter((repository) -> repository.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new InvalidRdsConfigurationException(List
				.of(new ConfigurationProblem(PREFIX + name, null,
						"The repository was declared when the application was processed ahead of time, and is not now.",
						"Set %s%s.dimensions and whatever else was declared, or process the application without it."
							.formatted(PREFIX, name)))));
	}

	/**
	 * Return the tables of the repositories that fulfil a condition.
	 */
	List<VectorTable> tables(Predicate<ConfiguredVectorRepository> condition) {
		return this.repositories.stream().filter(condition).map(ConfiguredVectorRepository::table).toList();
	}

}
