package io.rdsboot.sample.indexing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import io.rdsboot.sample.documents.Source;
import io.rdsboot.sample.embedding.MiniLmEmbedding;
import io.rdsboot.sample.text.Passage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the model finds in a small corpus of four types, all rows compared, for questions
 * that have few words of their answers.
 */
class EmbeddingQualityTests {

	private static final MiniLmEmbedding embedding = new MiniLmEmbedding();

	private static final List<String> passages = new ArrayList<>();

	private static List<float[]> vectors;

	@BeforeAll
	static void index() throws Exception {
		IndexingFixture fixture = new IndexingFixture(Path.of("src/test/resources/corpus"));
		List<String> texts = new ArrayList<>();
		for (SourceFile file : fixture.finder.find(fixture.directory.root(), IndexProgress.idle())) {
			Source source = fixture.reader().read(file);
			for (Passage passage : source.passages()) {
				passages.add(source.name() + " " + passage.heading() + " " + passage.text());
				texts.add(passage.embeddable(source.title()));
			}
		}
		vectors = embedding.embed(texts);
	}

	@Test
	void aCarIsAnAutomobile() {
		List<float[]> texts = embedding.embed(List.of("a car", "an automobile", "a cucumber"));
		assertThat(cosine(texts.get(0), texts.get(1))).isGreaterThan(0.8)
			.isGreaterThan(cosine(texts.get(0), texts.get(2)) + 0.3);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			best number of database connections to keep open  | Begin with ten
			somebody borrowed a connection and kept it        | Leak detection
			what happens to clients when the primary crashes  | 57P01
			stop two servers from both taking writes          | Fencing cuts
			get back rows that somebody removed by mistake    | accidental DELETE
			copy to a newer major version                     | pg_dump
			how long are backups retained                     | monthly
			make sure that the server is who it claims to be  | verify-full
			old transactions keep vacuum from cleaning up     | dead rows pile up
			running out of transaction numbers                | 32 bits
			how long may a password token be used             | fifteen minutes
			nearest neighbour graph index                     | HNSW is a graph
			throttle requests but allow bursts                | TokenBucket
			drop entries that were not used for long          | LruCache
			wait longer after each failed attempt             | ExponentialBackoff
			keeping a copy of the primary up to date          | Streaming replication
			""")
	void searchFindsPassageInTopThree(String query, String expected) {
		assertThat(search(query)).as("top three for '%s'", query).anyMatch((passage) -> passage.contains(expected));
	}

	private static List<String> search(String query) {
		float[] vector = embedding.embed(List.of(query)).get(0);
		return IntStream.range(0, vectors.size())
			.boxed()
			.sorted(Comparator.comparingDouble((Integer index) -> -cosine(vector, vectors.get(index))))
			.limit(3)
			.map(passages::get)
			.toList();
	}

	private static double cosine(float[] first, float[] second) {
		double sum = 0;
		for (int i = 0; i < first.length; i++) {
			sum += first[i] * second[i];
		}
		return sum;
	}

}
