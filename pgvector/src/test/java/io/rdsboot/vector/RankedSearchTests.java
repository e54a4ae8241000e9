package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.search.VectorDistances;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for hybrid, diversified and reranked searches.
 */
class RankedSearchTests extends AbstractVectorDatabaseTests {

	private static final int ROWS = 400;

	private static List<VectorRecord<Long>> records;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createTable() {
		VectorTable table = VectorTable.builder("ranked")
			.idType(IdType.BIGINT)
			.dimensions(8)
			.distance(Distance.L2)
			.key("odd", KeyType.BOOLEAN)
			.textSearch(TextSearch.of("english"))
			.build();
		VectorTestTables tables = new VectorTestTables(jdbc);
		tables.create(table);
		repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		RandomVectors vectors = new RandomVectors(3);
		Random random = new Random(4);
		records = IntStream.range(0, ROWS)
			.mapToObj((id) -> new VectorRecord<>((long) id, vectors.next(ElementType.VECTOR, 8), content(random),
					Map.of("odd", id % 2 == 1)))
			.toList();
		repository.upsert(records);
		tables.index(table);
	}

	private static String content(Random random) {
		List<String> words = List.of("limits", "buckets", "tokens", "clients", "servers", "retries", "bursts");
		StringBuilder content = new StringBuilder();
		for (int i = 0; i < 5; i++) {
			content.append(words.get(random.nextInt(words.size()))).append(' ');
		}
		return content.toString();
	}

	@ParameterizedTest
	@CsvSource({ "what limits a burst?, limit & burst", "what limits the bursts of an okapi?, limit & burst & okapi",
			"'buckets, tokens, clients and servers', bucket & token & client & server" })
	void hybridOrderIsReciprocalRankFusion(String words, String allWords) {
		VectorValue query = new RandomVectors(9).next(ElementType.VECTOR, 8);
		double vectorWeight = 0.7;
		double wordsWeight = 1.3;
		List<Long> byVector = records.stream()
			.sorted(Comparator
				.comparingDouble((record) -> RandomVectors.distance(Distance.L2, record.embedding(), query)))
			.map(VectorRecord::id)
			.limit(50)
			.toList();
		List<Long> allByWords = jdbc.queryForList("""
				SELECT id FROM ranked, (SELECT ?::tsquery AS every, ?::tsquery AS part) query
				WHERE content_words @@ part ORDER BY content_words @@ every DESC,
					ts_rank(content_words, CASE WHEN content_words @@ every THEN every ELSE part END) DESC, id""",
				Long.class, allWords, allWords.replace('&', '|'));
		Map<Long, Double> scores = fuse(byVector, vectorWeight, allByWords.subList(0, 50), wordsWeight);
		List<Long> expected = order(scores).subList(0, 20);
		VectorSearch search = VectorSearch.nearest(query).limit(20).hybrid(words, vectorWeight, wordsWeight);
		List<VectorMatch<Long>> found = repository.search(search.exact());
		assertThat(found).extracting(VectorMatch::id).containsExactlyElementsOf(expected);
		assertThat(repository.search(search)).extracting(VectorMatch::id).containsExactlyElementsOf(expected);
		for (int i = 0; i < found.size(); i++) {
			VectorMatch<Long> match = found.get(i);
			VectorRecord<Long> record = records.get(match.id().intValue());
			assertThat(match.rank()).isEqualTo(i + 1);
			assertThat(match.score()).isCloseTo(scores.get(match.id()), within(1e-12));
			assertThat(match.distance()).isCloseTo(RandomVectors.distance(Distance.L2, record.embedding(), query),
					within(1e-5));
			assertThat(match.content()).isEqualTo(record.content());
			assertThat(match.metadata()).isEqualTo(record.metadata());
		}
		assertThat(repository.search(search.where("odd = true"))).hasSize(20).allMatch((match) -> match.id() % 2 == 1);
		double threshold = found.get(4).distance() + 1e-4;
		assertThat(repository.search(search.exact().within(threshold))).extracting(VectorMatch::id)
			.containsExactlyElementsOf(order(fuse(nearer(threshold, query, byVector), vectorWeight,
					nearer(threshold, query, allByWords), wordsWeight))
				.stream()
				.limit(20)
				.toList());
		assertThat(repository.search(search.within(0))).isEmpty();
	}

	private static List<Long> nearer(double threshold, VectorValue query, List<Long> ids) {
		return ids.stream()
			.filter((id) -> RandomVectors.distance(Distance.L2, records.get(id.intValue()).embedding(),
					query) <= threshold)
			.limit(50)
			.toList();
	}

	private static Map<Long, Double> fuse(List<Long> byVector, double vectorWeight, List<Long> byWords,
			double wordsWeight) {
		Map<Long, Double> scores = new HashMap<>();
		for (int i = 0; i < byVector.size(); i++) {
			scores.merge(byVector.get(i), vectorWeight / (60 + i + 1), Double::sum);
		}
		for (int i = 0; i < byWords.size(); i++) {
			scores.merge(byWords.get(i), wordsWeight / (60 + i + 1), Double::sum);
		}
		return scores;
	}

	private static List<Long> order(Map<Long, Double> scores) {
		return scores.entrySet()
			.stream()
			.sorted(Map.Entry.<Long, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
			.map(Map.Entry::getKey)
			.toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "the", "'", "''", "\\", "a & | ! ( ) : * <-> b", "'a':*&",
			"limits'); DROP TABLE ranked; --", "http://a.b/c?d=e & f", "?", "🐘", "limits:* & !bursts" })
	void wordsOfWhateverKindAreSearchedSafely(String words) {
		assertThat(repository.search(VectorSearch.nearest(new float[8]).hybrid(words))).hasSize(10);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.3, 1 })
	void diversifiedSearchChoosesByMarginalRelevance(double lambda) {
		VectorValue query = new RandomVectors(10).next(ElementType.VECTOR, 8);
		List<VectorRecord<Long>> candidates = records.stream()
			.sorted(Comparator
				.comparingDouble((record) -> RandomVectors.distance(Distance.L2, record.embedding(), query)))
			.limit(60)
			.toList();
		List<Long> expected = new ArrayList<>();
		Set<VectorRecord<Long>> left = new HashSet<>(candidates);
		List<VectorRecord<Long>> chosen = new ArrayList<>();
		double lastScore = 0;
		while (chosen.size() < 8) {
			VectorRecord<Long> best = null;
			double bestScore = Double.NEGATIVE_INFINITY;
			for (VectorRecord<Long> candidate : candidates) {
				double redundancy = chosen.stream()
					.mapToDouble((other) -> similarity(candidate.embedding(), other.embedding()))
					.max()
					.orElse(0);
				double score = lambda * similarity(candidate.embedding(), query) - (1 - lambda) * redundancy;
				if (left.contains(candidate) && score > bestScore + 1e-9) {
					best = candidate;
					bestScore = score;
				}
			}
			assertThat(best).isNotNull();
			left.remove(best);
			chosen.add(best);
			expected.add(best.id());
			lastScore = bestScore;
		}
		VectorSearch search = VectorSearch.nearest(query).exact().limit(8).diversified(lambda, 60);
		List<VectorMatch<Long>> found = repository.search(search);
		assertThat(found).extracting(VectorMatch::id).containsExactlyElementsOf(expected);
		assertThat(found.get(7).score()).isCloseTo(lastScore, within(1e-5));
		assertThat(found).extracting(VectorMatch::rank).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
		assertThat(found).extracting(VectorMatch::embedding).containsOnlyNulls();
		assertThat(repository.search(search.withEmbedding())).extracting(VectorMatch::embedding).doesNotContainNull();
	}

	private static double similarity(VectorValue first, VectorValue second) {
		return 1 / (1 + RandomVectors.distance(Distance.L2, first, second));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void rerankedSearchFollowsTheRerankersScores(boolean hybrid) {
		VectorSearch search = VectorSearch.nearest(new float[8]).limit(5);
		VectorSearch candidates = (hybrid ? search.hybrid("limits") : search).limit(30);
		List<Long> ids = repository.search(candidates).stream().map(VectorMatch::id).toList();
		List<VectorMatch<Long>> found = repository.search(candidates.limit(5)
			.reranked((rows) -> rows.stream().mapToDouble((row) -> (Long) row.id() / 10).toArray(), 30));
		assertThat(found).extracting(VectorMatch::id)
			.containsExactlyElementsOf(
					ids.stream().sorted(Comparator.comparingLong((Long id) -> id / 10).reversed()).limit(5).toList());
		assertThat(found.get(0).score()).isEqualTo(found.get(0).id() / 10);
		assertThat(found).extracting(VectorMatch::rank).containsExactly(1, 2, 3, 4, 5);
	}

	@Test
	void rerankerThatDoesNotScoreEachRowIsAnError() {
		VectorSearch search = VectorSearch.nearest(new float[8]).limit(5);
		Reranker few = (rows) -> new double[] { 1 };
		assertThatIllegalStateException().isThrownBy(() -> repository.search(search.reranked(few, 7)))
			.withMessage("reranker %s must return 7 scores, but returned 1".formatted(few.getClass().getName()));
		Reranker nan = (rows) -> rows.stream().mapToDouble((row) -> Double.NaN).toArray();
		assertThatIllegalStateException().isThrownBy(() -> repository.search(search.reranked(nan, 7)))
			.withMessageContaining("returned NaN as the score of row ");
	}

	@Test
	void distancesInMemoryAreThoseOfTheDefinition() {
		RandomVectors vectors = new RandomVectors(12);
		for (Distance distance : Distance.values()) {
			for (ElementType type : ElementType.values()) {
				if (distance.supports(type)) {
					VectorValue first = vectors.next(type, 20);
					VectorValue second = vectors.next(type, 20);
					assertThat(VectorDistances.distance(distance, first, second)).as("%s %s", distance, type)
						.isCloseTo(RandomVectors.distance(distance, first, second), within(1e-9));
				}
			}
		}
	}

}
