package io.rdsboot.autoconfigure.vector;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationFailureAnalyzer;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.SearchLimits.LargeExactSearch;
import io.rdsboot.vector.recall.RecallTuner.DriftAction;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the {@code rds.vector} properties: defaults, mapping and mistakes.
 */
class ConfiguredVectorRepositoriesTests {

	private static final String PREFIX = "rds.vector.repositories.";

	@Test
	void defaults() {
		RdsVectorProperties properties = new RdsVectorProperties();
		assertThat(properties.getSchema()).isEqualTo(SchemaMode.MIGRATE);
		assertThat(properties.getRepositories()).isEmpty();
		assertThat(properties.getIndexBuild().getMaxMemory()).isNull();
		assertThat(properties.getIndexBuild().getWorkers()).isNull();
		ConfiguredVectorRepository repository = configured(Map.of(PREFIX + "my-documents.dimensions", "384"));
		assertThat(repository.name()).isEqualTo("my-documents");
		assertThat(repository.schema()).isEqualTo(SchemaMode.MIGRATE);
		assertThat(repository.indexManaged()).isTrue();
		assertThat(repository.table().schema()).isNull();
		assertThat(repository.table().name()).isEqualTo("my_documents");
		assertThat(repository.table().idType()).isEqualTo(IdType.UUID);
		assertThat(repository.table().hasGeneratedIds()).isFalse();
		assertThat(repository.table().embedding().dimensions()).isEqualTo(384);
		assertThat(repository.table().embedding().distance()).isEqualTo(Distance.COSINE);
		assertThat(repository.table().embedding().index()).isEqualTo(new VectorIndex.Hnsw(16, 64));
		assertThat(repository.table().idColumn()).isEqualTo("id");
		assertThat(repository.table().embedding().name()).isEqualTo("embedding");
		assertThat(repository.table().contentColumn()).isEqualTo("content");
		assertThat(repository.table().metadataColumn()).isEqualTo("metadata");
		assertThat(repository.table().embedding()).isEqualTo(VectorColumn.of("embedding", 384));
		assertThat(repository.table().vectors()).hasSize(1);
		assertThat(repository.table().keys()).isEmpty();
		assertThat(repository.table().undeclaredKeysRefused()).isFalse();
		assertThat(repository.table().tenantKey()).isNull();
		assertThat(repository.table().textSearch()).isNull();
		assertThat(repository.table().extensionSchema()).isNull();
	}

	@Test
	void distanceOfBitsIsHammingByDefault() {
		assertThat(configured(Map.of(PREFIX + "d.dimensions", "64", PREFIX + "d.type", "bit")).table().embedding())
			.isEqualTo(VectorColumn.of("embedding", ElementType.BIT, 64, Distance.HAMMING, VectorIndex.hnsw()));
	}

	@Test
	void columnsMapping() {
		Map<String, String> keys = new TreeMap<>();
		keys.put("rds.vector.extension-schema", "extensions");
		keys.put(PREFIX + "d.dimensions", "3000");
		keys.put(PREFIX + "d.type", "halfvec");
		keys.put(PREFIX + "d.index.quantization", "binary");
		keys.put(PREFIX + "d.index.hot-filters[0]", "tenant = 'acme' and year >= 2020");
		keys.put(PREFIX + "d.vectors.title.dimensions", "8");
		keys.put(PREFIX + "d.vectors.title.type", "sparsevec");
		keys.put(PREFIX + "d.vectors.title.distance", "l1");
		keys.put(PREFIX + "d.vectors.title.index.type", "none");
		keys.put(PREFIX + "d.keys.tenant", "text");
		keys.put(PREFIX + "d.keys.published-at", "timestamptz");
		keys.put(PREFIX + "d.keys.tags", "text-array");
		keys.put(PREFIX + "d.keys.colour.type", "json");
		keys.put(PREFIX + "d.keys.colour.formerly", "text");
		keys.put(PREFIX + "d.keys.town.type", "text");
		keys.put(PREFIX + "d.keys.town.formerly.type", "numeric");
		keys.put(PREFIX + "d.keys.town.formerly.column", "city");
		keys.put(PREFIX + "d.keys.year.type", "integer");
		keys.put(PREFIX + "d.keys.year.column", "published_in");
		keys.put(PREFIX + "d.keys.year.indexed", "false");
		keys.put(PREFIX + "d.generated-ids", "true");
		keys.put(PREFIX + "d.undeclared-keys", "refuse");
		keys.put(PREFIX + "d.tenant", "tenant");
		keys.put(PREFIX + "d.text-search", "german");
		VectorTable table = configured(keys).table();
		assertThat(table.extensionSchema()).isEqualTo("extensions");
		assertThat(table.embedding())
			.isEqualTo(new VectorColumn("embedding", ElementType.HALFVEC, 3000, Distance.COSINE, VectorIndex.hnsw(),
					Quantization.BINARY, List.of(MetadataFilter.parse("tenant = 'acme' and year >= 2020"))));
		assertThat(table.vector("title"))
			.isEqualTo(VectorColumn.of("title", ElementType.SPARSEVEC, 8, Distance.L1, VectorIndex.none()));
		assertThat(table.keys()).containsExactlyInAnyOrder(MetadataColumn.of("tenant", KeyType.TEXT),
				new MetadataColumn("published-at", "published_at", KeyType.TIMESTAMPTZ, true),
				MetadataColumn.of("tags", KeyType.TEXT_ARRAY),
				MetadataColumn.of("colour", KeyType.JSON).formerly(new KeyPlace(KeyType.TEXT, "colour")),
				MetadataColumn.of("town", KeyType.TEXT).formerly(new KeyPlace(KeyType.NUMERIC, "city")),
				new MetadataColumn("year", "published_in", KeyType.INTEGER, false));
		assertThat(table.hasGeneratedIds()).isTrue();
		assertThat(table.undeclaredKeysRefused()).isTrue();
		assertThat(table.tenantKey()).isEqualTo(MetadataColumn.of("tenant", KeyType.TEXT));
		assertThat(table.textSearch()).isEqualTo(new TextSearch("german", "content_words"));
	}

	@Test
	void keyWhoseFormerPlaceIsWrongIsReported() {
		Map<String, String> keys = new TreeMap<>();
		keys.put(PREFIX + "d.dimensions", "3");
		keys.put(PREFIX + "d.keys.year.type", "bigint");
		keys.put(PREFIX + "d.keys.year.formerly", "integer");
		keys.put(PREFIX + "d.keys.town.type", "text");
		keys.put(PREFIX + "d.keys.town.formerly.column", "city");
		assertThatExceptionOfType(InvalidRdsConfigurationException.class).isThrownBy(() -> configured(keys))
			.withMessageContaining("rds.vector.repositories.d.keys.year: metadata key 'year' must be stored elsewhere "
					+ "than formerly, in a column of another name, but is bigint year and was integer year")
			.withMessageContaining("rds.vector.repositories.d.keys.town.formerly.type: is missing");
	}

	@Test
	void metadataTypeAndIdsOfTablesOfOthersMapping() {
		VectorTable table = configured(Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.metadata-type", "json",
				PREFIX + "d.id-type", "integer"))
			.table();
		assertThat(table.metadataType()).isEqualTo(MetadataType.JSON);
		assertThat(table.idType()).isEqualTo(IdType.INTEGER);
		assertThat(configured(Map.of(PREFIX + "d.dimensions", "3")).table().metadataType())
			.isEqualTo(MetadataType.JSONB);
	}

	@Test
	void vectorStoreNeedsItsLibraryAndAModelAStore() {
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> configured(Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.spring-ai", "true")))
			.satisfies((ex) -> assertThat(ex.getProblems()).singleElement()
				.satisfies((problem) -> assertThat(problem.key()).isEqualTo(PREFIX + "d.spring-ai"))
				.satisfies((problem) -> assertThat(problem.action()).contains("io.rdsboot:rds-spring-ai")));
		assertThatExceptionOfType(InvalidRdsConfigurationException.class).isThrownBy(
				() -> configured(Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.spring-ai-embedding-model", "model")))
			.satisfies((ex) -> assertThat(ex.getProblems()).singleElement()
				.satisfies((problem) -> assertThat(problem.key()).isEqualTo(PREFIX + "d.spring-ai-embedding-model")));
	}

	@Test
	void indexBuildMapping() {
		RdsVectorProperties properties = bind(
				Map.of("rds.vector.index-build.max-memory", "2GB", "rds.vector.index-build.workers", "4"));
		assertThat(properties.getIndexBuild().getMaxMemory()).isEqualTo(DataSize.ofGigabytes(2));
		assertThat(properties.getIndexBuild().getWorkers()).isEqualTo(4);
	}

	@Test
	void indexBuildMistakes() {
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> ConfiguredVectorRepositories
				.of(bind(Map.of("rds.vector.index-build.max-memory", "64B", "rds.vector.index-build.workers", "-1"))))
			.withMessageContaining("rds.vector.index-build.max-memory = '64B': memory of the build of an index must be "
					+ "at least 1048576 bytes, but is 64 bytes")
			.withMessageContaining("rds.vector.index-build.workers = '-1': workers of the build of an index must be "
					+ "between 0 and 1024, but are -1");
	}

	@Test
	void recallMapping() {
		RdsVectorProperties.Recall defaults = bind(Map.of()).getRecall();
		assertThat(defaults.isCaptureQueries()).isFalse();
		assertThat(defaults.getInterval()).isEqualTo(Duration.ofDays(1));
		assertThat(defaults.getTimeBudget()).isEqualTo(Duration.ofMinutes(5));
		assertThat(defaults.getOnDrift()).isEqualTo(DriftAction.TUNE);
		RdsVectorProperties.Recall recall = bind(
				Map.of("rds.vector.recall.capture-queries", "true", "rds.vector.recall.interval", "6h",
						"rds.vector.recall.time-budget", "90s", "rds.vector.recall.on-drift", "report"))
			.getRecall();
		assertThat(recall.isCaptureQueries()).isTrue();
		assertThat(recall.getInterval()).isEqualTo(Duration.ofHours(6));
		assertThat(recall.getTimeBudget()).isEqualTo(Duration.ofSeconds(90));
		assertThat(recall.getOnDrift()).isEqualTo(DriftAction.REPORT);
		Map<String, String> keys = new TreeMap<>(Map.of(PREFIX + "d.dimensions", "3"));
		assertThat(configured(keys).targetRecall()).isNull();
		keys.put(PREFIX + "d.target-recall", "0.95");
		assertThat(configured(keys).targetRecall()).isEqualTo(0.95);
	}

	@Test
	void recallMistakes() {
		Map<String, String> keys = new TreeMap<>();
		keys.put("rds.vector.recall.interval", "1s");
		keys.put("rds.vector.recall.time-budget", "10ms");
		keys.put(PREFIX + "a.dimensions", "3");
		keys.put(PREFIX + "a.target-recall", "95");
		keys.put(PREFIX + "b.dimensions", "3");
		keys.put(PREFIX + "b.index.type", "none");
		keys.put(PREFIX + "b.target-recall", "0.9");
		keys.put(PREFIX + "c.dimensions", "3");
		keys.put(PREFIX + "c.keys.owner", "text");
		keys.put(PREFIX + "c.tenant", "owner");
		keys.put(PREFIX + "c.target-recall", "0.9");
		assertThatExceptionOfType(InvalidRdsConfigurationException.class).isThrownBy(() -> configured(keys))
			.withMessageContaining("rds.vector.recall.interval = '1000ms': must be at least 60 s")
			.withMessageContaining("rds.vector.recall.time-budget = '10ms': must be at least 1 s")
			.withMessageContaining(PREFIX + "a.target-recall = '95.0': must be between 0.5 and 0.999")
			.withMessageContaining(PREFIX + "b.target-recall = '0.9': is not possible without a vector index")
			.withMessageContaining(PREFIX + "c.target-recall = '0.9': is not possible with a tenant");
	}

	@Test
	void interfaceOfAnotherProjectNeedsItsLibrary() {
		assertThat(new VectorRepositoryProperties().isLangchain4j()).isFalse();
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> configured(Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.langchain4j", "true")))
			.withMessage(PREFIX + "d.langchain4j = 'true': needs rds-langchain4j, which is not on the class path")
			.satisfies((ex) -> assertThat(ex.getProblems().get(0).action())
				.isEqualTo("Add the dependency io.rdsboot:rds-langchain4j, or remove the property."));
	}

	@Test
	void searchLimitsMapping() {
		Map<String, String> keys = new TreeMap<>();
		keys.put(PREFIX + "d.dimensions", "3");
		assertThat(configured(keys).searchLimits()).isEqualTo(SearchLimits.DEFAULTS);
		keys.put("rds.vector.search.max-ranked-rows", "500");
		assertThat(configured(keys).searchLimits()).isEqualTo(SearchLimits.DEFAULTS.withMaxRankedRows(500));
		keys.put("rds.vector.search.timeout", "5s");
		keys.put(PREFIX + "d.search.max-ranked-rows", "700");
		assertThat(configured(keys).searchLimits())
			.isEqualTo(new SearchLimits(Duration.ofSeconds(5), 1_000_000, LargeExactSearch.REFUSE, 700));
		keys.put("rds.vector.search.max-exact-rows", "50");
		keys.put("rds.vector.search.large-exact-search", "refuse");
		keys.put(PREFIX + "d.search.large-exact-search", "warn");
		keys.put(PREFIX + "d.search.timeout", "200ms");
		assertThat(configured(keys).searchLimits())
			.isEqualTo(new SearchLimits(Duration.ofMillis(200), 50, LargeExactSearch.WARN, 700));
		keys.put(PREFIX + "d.search.max-exact-rows", "60");
		assertThat(configured(keys).searchLimits().maxExactRows()).isEqualTo(60);
	}

	@Test
	void searchLimitsMistakes() {
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> configured(Map.of(PREFIX + "d.dimensions", "3", "rds.vector.search.max-ranked-rows", "0",
					PREFIX + "d.search.max-ranked-rows", "-1", PREFIX + "d.search.timeout", "0s",
					PREFIX + "d.search.max-exact-rows", "0")))
			.withMessageContaining(PREFIX + "d.search.max-exact-rows = '0': maxExactRows of a vector search must be at "
					+ "least 1, but is 0")
			.withMessageContaining(
					PREFIX + "d.search.timeout = 'PT0S': timeout of a vector search must be between 1 ms "
							+ "and 20 days, but is PT0S")
			.withMessageContaining("rds.vector.search.max-ranked-rows = '0': maxRankedRows of vector searches must be "
					+ "at least 1, but is 0")
			.withMessageContaining(PREFIX + "d.search.max-ranked-rows = '-1': maxRankedRows of vector searches must "
					+ "be at least 1, but is -1");
	}

	@Test
	void chosenIndexMapping() {
		assertThat(index(Map.of(PREFIX + "d.index.type", "auto"))).isEqualTo(VectorIndex.auto());
		assertThat(index(Map.of(PREFIX + "d.index.type", "auto", PREFIX + "d.index.min-rows", "7")))
			.isEqualTo(new VectorIndex.Auto(7));
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> index(Map.of(PREFIX + "d.index.type", "auto", PREFIX + "d.index.min-rows", "0")))
			.withMessageContaining(PREFIX + "d.index.min-rows = '0': must be at least 1");
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> index(
					Map.of(PREFIX + "d.index.type", "auto", PREFIX + "d.index.m", "8", PREFIX + "d.index.lists", "8")))
			.withMessageContaining(PREFIX + "d.index.m = '8': does not belong to an index of type auto")
			.withMessageContaining(PREFIX + "d.index.lists = '8': does not belong to an index of type auto");
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> index(Map.of(PREFIX + "d.index.min-rows", "5")))
			.withMessageContaining(PREFIX + "d.index.min-rows = '5': does not belong to an index of type hnsw");
	}

	private static VectorIndex index(Map<String, String> properties) {
		Map<String, String> keys = new TreeMap<>(properties);
		keys.put(PREFIX + "d.dimensions", "3");
		return configured(keys).table().embedding().index();
	}

	@Test
	void indexMaintenanceMistakes() {
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> ConfiguredVectorRepositories.of(bind(Map.of("rds.vector.index-maintenance.window",
					"at night", "rds.vector.index-maintenance.interval", "10ms"))))
			.withMessageContaining("rds.vector.index-maintenance.window = 'at night': a daily window must be two times "
					+ "of the day in UTC, such as '01:30-05:00', but is 'at night'")
			.withMessageContaining("rds.vector.index-maintenance.interval = '10ms': interval of index maintenance must "
					+ "be at least 1 s, but is 10 ms");
	}

	@Test
	void textSearchAndAbsentColumnsMapping() {
		VectorTable table = configured(Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.columns.metadata", "",
				PREFIX + "d.text-search.configuration", "simple", PREFIX + "d.text-search.column", "words",
				PREFIX + "d.text-search.index-repeated-words", "true"))
			.table();
		assertThat(table.textSearch()).isEqualTo(new TextSearch("simple", "words").withRepeatedWordsIndexed());
		assertThat(table.metadataColumn()).isNull();
		assertThat(table.undeclaredKeysRefused()).isTrue();
	}

	@Test
	void mapping() {
		Map<String, String> keys = new TreeMap<>();
		keys.put("rds.vector.schema", "none");
		keys.put(PREFIX + "d.table", "T");
		keys.put(PREFIX + "d.schema-name", "S");
		keys.put(PREFIX + "d.id-type", "bigint");
		keys.put(PREFIX + "d.dimensions", "3");
		keys.put(PREFIX + "d.distance", "inner-product");
		keys.put(PREFIX + "d.schema", "validate");
		keys.put(PREFIX + "d.columns.id", "a");
		keys.put(PREFIX + "d.columns.embedding", "b");
		keys.put(PREFIX + "d.columns.content", "c");
		keys.put(PREFIX + "d.columns.metadata", "e");
		keys.put(PREFIX + "d.index.type", "hnsw");
		keys.put(PREFIX + "d.index.m", "8");
		keys.put(PREFIX + "d.index.ef-construction", "32");
		assertThat(bind(keys).getSchema()).isEqualTo(SchemaMode.NONE);
		ConfiguredVectorRepository repository = configured(keys);
		assertThat(repository.schema()).isEqualTo(SchemaMode.VALIDATE);
		assertThat(repository.indexManaged()).isTrue();
		assertThat(repository.table().quotedName()).isEqualTo("\"S\".\"T\"");
		assertThat(repository.table().idType()).isEqualTo(IdType.BIGINT);
		assertThat(repository.table().embedding().dimensions()).isEqualTo(3);
		assertThat(repository.table().embedding().distance()).isEqualTo(Distance.INNER_PRODUCT);
		assertThat(repository.table().embedding().index()).isEqualTo(new VectorIndex.Hnsw(8, 32));
		assertThat(repository.table().idColumn()).isEqualTo("a");
		assertThat(repository.table().embedding().name()).isEqualTo("b");
		assertThat(repository.table().contentColumn()).isEqualTo("c");
		assertThat(repository.table().metadataColumn()).isEqualTo("e");
	}

	@Test
	void ivfFlatMapping() {
		assertThat(configured(
				Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.index.type", "ivfflat", PREFIX + "d.index.lists", "7"))
			.table()
			.embedding()
			.index()).isEqualTo(new VectorIndex.IvfFlat(7));
	}

	@Test
	void efConstructionWhenNotGivenFollowsM() {
		assertThat(configured(Map.of(PREFIX + "d.dimensions", "3", PREFIX + "d.index.m", "48")).table()
			.embedding()
			.index()).isEqualTo(new VectorIndex.Hnsw(48, 96));
	}

	@Test
	void indexWhenSchemaIsNotMigratedIsManagedOnlyIfItsTypeIsGiven() {
		Map<String, String> keys = Map.of(PREFIX + "d.dimensions", "3", "rds.vector.schema", "validate");
		assertThat(configured(keys).indexManaged()).isFalse();
		Map<String, String> typed = new TreeMap<>(keys);
		typed.put(PREFIX + "d.index.type", "hnsw");
		assertThat(configured(typed).indexManaged()).isTrue();
	}

	@Test
	void mistakesAreReportedTogetherWithKeyValueAndMend() {
		Map<String, String> keys = new TreeMap<>();
		keys.put(PREFIX + "a.distance", "l2");
		keys.put(PREFIX + "b.dimensions", "16001");
		keys.put(PREFIX + "b.index.m", "101");
		keys.put(PREFIX + "c.type", "bit");
		keys.put(PREFIX + "c.dimensions", "64001");
		keys.put(PREFIX + "d.dimensions", "3");
		keys.put(PREFIX + "d.index.m", "40");
		keys.put(PREFIX + "d.index.ef-construction", "79");
		keys.put(PREFIX + "d.index.lists", "5");
		keys.put(PREFIX + "e.dimensions", "3");
		keys.put(PREFIX + "e.table", "t");
		keys.put(PREFIX + "f.dimensions", "3");
		keys.put(PREFIX + "f.table", "t");
		keys.put(PREFIX + "g.dimensions", "3");
		keys.put(PREFIX + "g.columns.id", " ");
		keys.put(PREFIX + "h.dimensions", "3");
		keys.put(PREFIX + "h.vectors.title.distance", "l2");
		keys.put(PREFIX + "h.keys.year.column", "y");
		keys.put(PREFIX + "h.text-search.column", "w");
		keys.put(PREFIX + "i.dimensions", "3");
		keys.put(PREFIX + "i.tenant", "customer");
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> ConfiguredVectorRepositories.of(bind(keys)))
			.satisfies((ex) -> {
				FailureAnalysis analysis = new InvalidRdsConfigurationFailureAnalyzer().analyze(ex);
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription().lines().skip(2)).containsExactlyInAnyOrder(
						"    - rds.vector.repositories.a.dimensions: is missing",
						"    - rds.vector.repositories.b.dimensions = '16001': must be between 1 and 16000",
						"    - rds.vector.repositories.b.index.m = '101': must be between 2 and 100",
						"    - rds.vector.repositories.c: dimensions of vector column embedding must be at most 64000 to have an index of bit, but are 64001",
						"    - rds.vector.repositories.d.index.lists = '5': does not belong to an index of type hnsw",
						"    - rds.vector.repositories.d.index.ef-construction = '79': must be between 80 (4, and twice index.m) and 1000",
						"    - rds.vector.repositories.f.table = 't': 'rds.vector.repositories.e' has the same table",
						"    - rds.vector.repositories.h.vectors.title.dimensions: is missing",
						"    - rds.vector.repositories.h.keys.year.type: is missing",
						"    - rds.vector.repositories.h.text-search.configuration: is missing",
						"    - rds.vector.repositories.i: tenant of vector table i must be a declared metadata key with a column of one value, but is 'customer'",
						"    - rds.vector.repositories.g: name of a vector table's id column must not be blank, but is ' '");
				assertThat(analysis.getAction())
					.contains("With rds.vector.repositories.c.index.type = none, searches read the whole table.");
			});
	}

	private static ConfiguredVectorRepository configured(Map<String, String> keys) {
		return ConfiguredVectorRepositories.of(bind(keys)).repositories().get(0);
	}

	private static RdsVectorProperties bind(Map<String, String> keys) {
		return new Binder(new MapConfigurationPropertySource(keys)).bindOrCreate("rds.vector",
				RdsVectorProperties.class);
	}

}
