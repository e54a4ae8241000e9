package io.rdsboot.vector.text;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.VectorTestTables;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for texts that are embedded for several columns.
 */
@LocalRds
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedColumnsTests {

	private static final VectorTable TABLE = VectorTable.builder("two_models")
		.idType(IdType.TEXT)
		.dimensions(WordEmbedder.DIMENSIONS)
		.index(VectorIndex.none())
		.vector(VectorColumn.of("next", ElementType.VECTOR, 8, Distance.COSINE, VectorIndex.none()))
		.build();

	private static HikariDataSource dataSource;

	private final VectorRepository<String> vectors = JdbcVectorRepository.of(dataSource, TABLE, String.class);

	private final WordEmbedder first = new WordEmbedder();

	private final WordEmbedder second = new WordEmbedder() {

		@Override
		public OptionalInt dimensions() {
			return OptionalInt.of(8);
		}

		@Override
		public List<float[]> embed(List<String> texts) {
			return super.embed(texts).stream().map(EmbeddedColumnsTests::shortened).toList();
		}

	};

	private final EmbeddedColumn main = new EmbeddedColumn(TABLE, TABLE.embedding(), this.first);

	private final EmbeddedColumn next = new EmbeddedColumn(TABLE, TABLE.vector("next"), this.second);

	private final AtomicReference<EmbeddedColumns> columns = new AtomicReference<>(EmbeddedColumns.of(this.main));

	private final TextRepository<String> texts = new EmbeddingTextRepository<>(this.vectors, this.columns::get);

	private static float[] shortened(float[] vector) {
		float[] half = Arrays.copyOf(vector, 8);
		half[0] = 0.1f;
		return half;
	}

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@BeforeEach
	void createTable() {
		new VectorTestTables(new JdbcTemplate(dataSource)).create(TABLE);
	}

	@Test
	void allColumnsAreWrittenAndOneIsSearched() {
		this.columns.set(new EmbeddedColumns(List.of(this.main, this.next), null, this.main));
		this.texts.upsert("a", "a tower");
		VectorRecord<String> row = this.vectors.findById("a").orElseThrow();
		assertThat(row.embedding()).isEqualTo(new DenseVector(WordEmbedder.vector("a tower")));
		assertThat(row.furtherVectors()).containsOnlyKeys("next")
			.containsValue(new DenseVector(shortened(WordEmbedder.vector("a tower"))));
		this.first.calls().clear();
		this.second.calls().clear();
		assertThat(this.texts.search("tower")).extracting(VectorMatch::id).containsExactly("a");
		assertThat(this.second.calls()).isEmpty();
		this.columns.set(EmbeddedColumns.after(this.main, this.next));
		assertThat(this.texts.search("tower")).extracting(VectorMatch::id).containsExactly("a");
		assertThat(this.first.calls()).containsExactly(List.of("tower"));
		assertThat(this.second.calls()).containsExactly(List.of("tower"));
	}

	@Test
	void unchangedTextIsEmbeddedOnlyForTheColumnsThatLackIt() {
		this.texts.upsert("a", "a tower");
		this.first.calls().clear();
		this.columns.set(new EmbeddedColumns(List.of(this.main, this.next), null, this.main));
		Stream<TextRecord<String>> same = Stream.of(new TextRecord<>("a", "a tower"));
		TextLoadResult result = this.texts.load(same, TextLoadOptions.defaults().skipUnchanged());
		assertThat(result.stored()).isOne();
		assertThat(result.embedded()).isOne();
		assertThat(this.first.calls()).isEmpty();
		assertThat(this.vectors.findById("a").orElseThrow().furtherVectors()).containsOnlyKeys("next");
		this.columns.set(EmbeddedColumns.of(this.main));
		TextLoadResult moved = this.texts.load(Stream.of(new TextRecord<>("a", "a tower", Map.of("k", 1))),
				TextLoadOptions.defaults().skipUnchanged());
		assertThat(moved.embedded()).isZero();
		assertThat(this.vectors.findById("a").orElseThrow().furtherVectors()).containsOnlyKeys("next");
	}

	@Test
	void nothingIsStoredIfOneOfTheModelsFails() {
		TextEmbedder down = new WordEmbedder() {

			@Override
			public OptionalInt dimensions() {
				return OptionalInt.empty();
			}

			@Override
			public List<float[]> embed(List<String> texts) {
				throw new IllegalStateException("503");
			}

		};
		this.columns.set(new EmbeddedColumns(List.of(this.main, new EmbeddedColumn(TABLE, TABLE.vector("next"), down)),
				null, this.main));
		assertThatExceptionOfType(EmbeddingException.class).isThrownBy(() -> this.texts.upsert("a", "a tower"))
			.withMessageContaining("for column next of vector table two_models");
		assertThat(this.vectors.count()).isZero();
	}

}
