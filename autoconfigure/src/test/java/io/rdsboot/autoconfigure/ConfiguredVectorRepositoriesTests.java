package io.rdsboot.autoconfigure;

import java.util.Map;
import java.util.TreeMap;

import io.rdsboot.autoconfigure.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.Distance;
import io.rdsboot.vector.IdType;
import io.rdsboot.vector.VectorIndex;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;

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
		ConfiguredVectorRepository repository = configured(Map.of(PREFIX + "my-documents.dimensions", "384"));
		assertThat(repository.name()).isEqualTo("my-documents");
		assertThat(repository.schema()).isEqualTo(SchemaMode.MIGRATE);
		assertThat(repository.indexManaged()).isTrue();
		assertThat(repository.table().schema()).isNull();
		assertThat(repository.table().name()).isEqualTo("my_documents");
		assertThat(repository.table().idType()).isEqualTo(IdType.UUID);
		assertThat(repository.table().embedding().dimensions()).isEqualTo(384);
		assertThat(repository.table().embedding().distance()).isEqualTo(Distance.COSINE);
		assertThat(repository.table().embedding().index()).isEqualTo(new VectorIndex.Hnsw(16, 64));
		assertThat(repository.table().idColumn()).isEqualTo("id");
		assertThat(repository.table().embedding().name()).isEqualTo("embedding");
		assertThat(repository.table().contentColumn()).isEqualTo("content");
		assertThat(repository.table().metadataColumn()).isEqualTo("metadata");
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
		keys.put(PREFIX + "c.dimensions", "2001");
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
		assertThatExceptionOfType(InvalidRdsConfigurationException.class)
			.isThrownBy(() -> ConfiguredVectorRepositories.of(bind(keys)))
			.satisfies((ex) -> {
				FailureAnalysis analysis = new InvalidRdsConfigurationFailureAnalyzer().analyze(ex);
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription().lines().skip(2)).containsExactlyInAnyOrder(
						"    - rds.vector.repositories.a.dimensions: is missing",
						"    - rds.vector.repositories.b.dimensions = '16001': must be between 1 and 16000",
						"    - rds.vector.repositories.b.index.m = '101': must be between 2 and 100",
						"    - rds.vector.repositories.c.dimensions = '2001': is more than the 2000 that an index on vector can have",
						"    - rds.vector.repositories.d.index.lists = '5': does not belong to an index of type hnsw",
						"    - rds.vector.repositories.d.index.ef-construction = '79': must be between 80 (4, and twice index.m) and 1000",
						"    - rds.vector.repositories.f.table = 't': 'rds.vector.repositories.e' has the same table",
						"    - rds.vector.repositories.g: name of a vector table's id column must not be blank or contain a NUL character, but is ' '");
				assertThat(analysis.getAction())
					.contains("Use a model with fewer dimensions, or set rds.vector.repositories.c.index.type to none");
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
