package io.rdsboot.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.routing.RdsRetry;
import io.rdsboot.sample.embedding.Embedding;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.test.RotationStep;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.LoadResult;
import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static io.rdsboot.vector.filter.MetadataFilter.eq;
import static io.rdsboot.vector.filter.MetadataFilter.gte;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the Java snippets of the READMEs are code that compiles: each of their
 * paragraphs stands in this file.
 */
class ReadmeSnippetsTests {

	private static final Logger logger = LoggerFactory.getLogger(ReadmeSnippetsTests.class);

	private static final Path SOURCE = Path.of("src/test/java",
			ReadmeSnippetsTests.class.getName().replace('.', '/') + ".java");

	private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@ParameterizedTest
	@ValueSource(strings = { "../README.md", "README.md" })
	void snippetsCompile(String readme) throws IOException {
		String source = inOneLine(Files.readString(SOURCE)).replace("static class", "class");
		List<String> paragraphs = new ArrayList<>();
		Matcher snippets = SNIPPET.matcher(Files.readString(Path.of(readme)));
		while (snippets.find()) {
			paragraphs.addAll(List.of(snippets.group(1).split("\n\\s*\n")));
		}
		assertThat(paragraphs).isNotEmpty()
			.allSatisfy((paragraph) -> assertThat(source).contains(inOneLine(paragraph)));
	}

	private static String inOneLine(String text) {
		return text.strip().replaceAll("\\s+", " ");
	}

	/**
	 * The snippet on failover.
	 */
	static class Retrying {

		void insert(RdsRetry retry, JdbcClient jdbc, UUID id) {
			retry.executeWithoutResult((status) -> jdbc.sql("INSERT INTO orders (id) VALUES (?)").param(id).update());
		}

	}

	/**
	 * The snippets on vectors.
	 */
	static class Vectors {

		VectorRepository<UUID> documents;

		private final VectorIndexManager indexes;

		Vectors(VectorRepository<UUID> documents, VectorIndexManager indexes) {
			this.documents = documents;
			this.indexes = indexes;
		}

		List<VectorMatch<UUID>> search(UUID id, float[] embedding, Stream<VectorRecord<UUID>> records)
				throws InterruptedException {
			documents.upsert(new VectorRecord<>(id, embedding, "text", Map.of("tenant", "acme", "year", 2026)));

			LoadResult loaded = documents.load(records,
					LoadOptions.upsert().expectedRows(1_000_000).progress((progress) -> logger.info("{}", progress)));

			VectorSearch search = VectorSearch.nearest(embedding)
				.limit(10)
				.where(eq("tenant", "acme").and(gte("year", 2020)));
			List<VectorMatch<UUID>> hits = documents.search(search);
			assertThat(loaded.rows()).isPositive();
			indexes.awaitReady(Duration.ofMinutes(1));
			assertThatPlan(documents.explain(search)).isOrderedByIndex();
			return hits;
		}

	}

	/**
	 * The snippet on tenants.
	 */
	static class TenantConfiguration {

		@Bean
		TenantResolver tenantResolver(CurrentUser user) {
			return user::tenant;
		}

	}

	interface CurrentUser {

		String tenant();

	}

	/**
	 * The snippet on tests.
	 */
	@LocalRds(readers = 2)
	@SpringBootTest
	static class OrderTests {

		@Test
		void readsGoOnWhenAReaderIsLost(LocalRdsCluster cluster) {
			LocalRdsInstance reader = cluster.readers().get(0);
			cluster.crash(reader);
			// ...
			cluster.restart(reader);
		}

	}

	/**
	 * The snippet on what the local RDS does besides.
	 */
	static class Controls {

		void use(LocalRdsCluster cluster) {
			// The current version's password is no longer accepted from here on.
			cluster.secret().rotate(RotationStep.CREATE_SECRET);
			cluster.secret().rotate(RotationStep.SET_SECRET);

			// Tokens that were signed before are too old.
			cluster.clock().advance(Duration.ofMinutes(16));

			// Nothing comes back. There are slow, cut, pointTo and restore, too.
			cluster.writerAddress().freeze();
		}

	}

	/**
	 * The snippet on the embedding.
	 */
	static class ModelConfiguration {

		@Bean
		Embedding modelEmbedding(Model model) {
			return new Embedding() {

				@Override
				public int dimensions() {
					return 1024;
				}

				@Override
				public List<float[]> embed(List<String> texts) {
					return model.embed(texts);
				}

			};
		}

	}

	/**
	 * Stands for the client of a model.
	 */
	interface Model {

		List<float[]> embed(List<String> texts);

	}

}
