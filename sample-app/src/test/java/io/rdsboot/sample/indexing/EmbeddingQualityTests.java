package io.rdsboot.sample.indexing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import io.rdsboot.sample.documents.Source;
import io.rdsboot.sample.embedding.EmbeddingFixture;
import io.rdsboot.sample.text.Passage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the built-in embedding finds in a small corpus of four types, all rows compared.
 */
class EmbeddingQualityTests {

	private static final List<String> passages = new ArrayList<>();

	private static final List<float[]> vectors = new ArrayList<>();

	private static EmbeddingFixture embedding;

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
		embedding = EmbeddingFixture.learned(texts);
		texts.forEach((text) -> vectors.add(embedding.embed(text)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			how many connections should a pool have           | Begin with ten
			connection never returned by the borrower         | Leak detection
			retire before the load balancer forgets           | maxLifetime
			what happens to open sessions when a primary dies | 57P01
			fencing two primaries                             | Fencing cuts
			restore to a moment before an accidental delete   | accidental DELETE
			dump that another major version can read          | pg_dump
			how long to keep backups                          | monthly
			verify the host name of the server certificate    | verify-full
			certificate authority expires                     | bundle of all roots
			idle in transaction holds back vacuum             | dead rows pile up
			transaction id wraparound                         | 32 bits
			token is valid for fifteen minutes                | fifteen minutes
			lag of a standby on an idle primary               | an idle primary
			approximate search walks a graph of neighbours    | HNSW is a graph
			rate limiter with bursts                          | TokenBucket
			tryAcquire                                        | tryAcquire
			evict least recently used entries                 | LruCache
			retries with jitter                               | ExponentialBackoff
			replicating a standby                             | Streaming replication
			""")
	void searchWhenQuerySharesWordsFindsPassageInTopThree(String query, String expected) {
		assertThat(search(query)).as("top three for '%s'", query).anyMatch((passage) -> passage.contains(expected));
	}

	private static List<String> search(String query) {
		float[] vector = embedding.embed(query);
		return IntStream.range(0, vectors.size())
			.boxed()
			.sorted(Comparator.comparingDouble((Integer index) -> -EmbeddingFixture.cosine(vector, vectors.get(index))))
			.limit(3)
			.map(passages::get)
			.toList();
	}

}
