package io.rdsboot.springai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.Distance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what {@link RdsVectorStore} refuses, and that nothing is stored then.
 */
@LocalRds
class RdsVectorStoreFailureTests {

	private static TestStores stores;

	private static VectorRepository<?> repository;

	private final String id = UUID.randomUUID().toString();

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		stores = new TestStores(cluster);
		repository = stores.repository((table) -> table.key("year", KeyType.INTEGER));
	}

	@AfterAll
	static void closeDatabase() {
		stores.close();
	}

	@AfterEach
	void nothingIsStored() {
		assertThat(repository.count()).isZero();
	}

	private static RdsVectorStore store() {
		return RdsVectorStore.builder(repository, new HashingModel()).build();
	}

	@Test
	void documentThatIsNoTextIsRefused() {
		Document picture = new Document(new Media(MimeTypeUtils.IMAGE_PNG, URI.create("https://example.com/a.png")),
				Map.of());
		assertThatIllegalArgumentException().isThrownBy(() -> store().add(List.of(new Document("text"), picture)))
			.withMessageContaining("Only text documents are supported");
	}

	@Test
	void idThatTheTableCannotHaveIsNamedBeforeTheModelIsAsked() {
		HashingModel model = new HashingModel() {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				throw new AssertionError("the model was asked");
			}
		};
		RdsVectorStore store = RdsVectorStore.builder(repository, model).build();
		for (String wrong : List.of("1", "NOT_UUID", "1-1-1-1-1")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> store
					.add(List.of(new Document(this.id, "text", Map.of()), new Document(wrong, "text", Map.of()))))
				.withMessageContainingAll("Document '" + wrong + "'", repository.table().name(), "ids are uuid");
			assertThatIllegalArgumentException().isThrownBy(() -> store.delete(List.of(wrong)))
				.withMessageContaining("Document '" + wrong + "'");
		}
		RdsVectorStore numbers = stores.store((table) -> table.idType(IdType.INTEGER));
		assertThatIllegalArgumentException().isThrownBy(() -> numbers.add(List.of(new Document("text"))))
			.withMessageContaining("ids are integer");
		assertThatIllegalArgumentException().isThrownBy(() -> numbers.delete(List.of("2147483648")));
		assertThatIllegalArgumentException().isThrownBy(() -> numbers.delete(List.of("007")));
	}

	@Test
	void documentThatIsNullIsNamedByItsIndex() {
		List<@Nullable Document> documents = java.util.Arrays.asList(new Document("text"), null);
		assertThatIllegalArgumentException().isThrownBy(() -> store().add(nullable(documents)))
			.withMessage("Document at index 1 must not be null");
	}

	@SuppressWarnings("unchecked")
	private static List<Document> nullable(List<? extends @Nullable Document> documents) {
		return (List<Document>) documents;
	}

	@Test
	void metadataThatATypedKeyRefusesIsNamedWithTheDocument() {
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> store()
				.add(List.of(new Document("text"), new Document(this.id, "text", Map.of("year", "twenty")))))
			.withMessageContainingAll(this.id, "'year'", "java.lang.Integer");
	}

	@Test
	void metadataThatJsonRefusesIsNamedWithTheDocument() {
		for (Object value : List.of(Double.NaN, "nul \u0000", Map.of("nested", Float.POSITIVE_INFINITY))) {
			assertThatExceptionOfType(InvalidVectorRecordException.class)
				.isThrownBy(() -> store()
					.add(List.of(new Document("text"), new Document(this.id, "text", Map.of("other", value)))))
				.withMessageContainingAll(this.id, "metadata");
		}
	}

	@Test
	void textThatPostgresCannotStoreIsNamedWithTheDocument() {
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> store().add(List.of(new Document("text"), new Document(this.id, "a\u0000b", Map.of()))))
			.withMessageContainingAll(this.id, "content");
	}

	@Test
	void modelThatIsDownIsReportedAsItReportsItselfWithTheDocuments() {
		UncheckedIOException down = new UncheckedIOException(new IOException("429"));
		HashingModel model = new HashingModel() {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (request.getInstructions().contains("second")) {
					throw down;
				}
				return super.call(request);
			}
		};
		RdsVectorStore store = RdsVectorStore.builder(repository, model)
			.batchingStrategy((documents) -> documents.stream().map(List::of).toList())
			.build();
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> store.add(List.of(new Document("first"), new Document(this.id, "second", Map.of()))))
			.satisfies((ex) -> assertThat(ex).isSameAs(down))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.satisfies((note) -> assertThat(note).hasMessageContainingAll("Nothing was stored", this.id)));
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> store.similaritySearch("second"));
	}

	@Test
	void vectorOfOtherDimensionsIsReportedWithModelAndTable() {
		RdsVectorStore store = RdsVectorStore.builder(repository, new HashingModel(3)).build();
		assertThatIllegalStateException().isThrownBy(() -> store.add(List.of(new Document(this.id, "text", Map.of()))))
			.withMessageContainingAll("HashingModel", "3 dimensions", this.id, repository.table().name(), "holds 256");
		assertThatIllegalStateException().isThrownBy(() -> store.similaritySearch("text"))
			.withMessageContainingAll("3 dimensions", "the query", "holds 256");
	}

	@Test
	void vectorThatIsMissingOrNoNumberIsReportedWithTheDocument() {
		assertThatIllegalStateException().isThrownBy(() -> answering(List.of()).add(List.of(document())))
			.withMessageContainingAll("no vector", this.id);
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> answering(List.of(vector(Float.NaN))).add(List.of(document())))
			.withMessageContainingAll(this.id, "NaN");
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> answering(List.of(vector(0))).add(List.of(document())))
			.withMessageContainingAll(this.id, "zero vector");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> answering(List.of(vector(Float.NaN))).similaritySearch("text"))
			.withMessageContaining("NaN");
	}

	private Document document() {
		return new Document(this.id, "text", Map.of());
	}

	private static float[] vector(float value) {
		float[] vector = new float[HashingModel.DIMENSIONS];
		vector[5] = value;
		return vector;
	}

	private static RdsVectorStore answering(List<float[]> vectors) {
		return RdsVectorStore.builder(repository, new HashingModel() {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				return new EmbeddingResponse(vectors.stream().map((vector) -> new Embedding(vector, 0)).toList());
			}

			@Override
			public List<float[]> embed(List<Document> documents,
					org.springframework.ai.embedding.@Nullable EmbeddingOptions options,
					org.springframework.ai.embedding.BatchingStrategy strategy) {
				return vectors;
			}
		}).build();
	}

	@Test
	void documentWithTooManyTokensIsNamed() {
		String text = "word ".repeat(9_000);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> store().add(List.of(new Document("text"), new Document(this.id, text, Map.of()))))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.satisfies((note) -> assertThat(note).hasMessageContainingAll("Nothing was stored", this.id, "45000")));
	}

	@Test
	void batchesThatLeaveDocumentsOutAreReported() {
		RdsVectorStore store = RdsVectorStore.builder(repository, new HashingModel())
			.batchingStrategy((documents) -> List.of(documents.subList(0, 1)))
			.build();
		assertThatIllegalStateException().isThrownBy(() -> store.add(List.of(new Document("a"), new Document("b"))))
			.withMessageContaining("1 documents of 2");
	}

	@Test
	void filterThatCannotBeSaidIsRefused() {
		Filter.Key key = new Filter.Key("key");
		assertRefused(new Filter.Expression(ExpressionType.EQ, key, new Filter.Value(new Object())), "'key'");
		assertRefused(new Filter.Expression(ExpressionType.EQ, key, new Filter.Value(Double.NaN)), "'key'");
		assertRefused(new Filter.Expression(ExpressionType.EQ, key, new Filter.Value("\u0000")), "'key'");
		assertRefused(new Filter.Expression(ExpressionType.GT, key, new Filter.Value(true)), "'key'");
		assertRefused(new Filter.Expression(ExpressionType.EQ, key, new Filter.Key("other")), "a value on its right");
		assertRefused(new Filter.Expression(ExpressionType.EQ, new Filter.Value(1), new Filter.Value(1)),
				"a key on its left");
		assertRefused(new Filter.Expression(ExpressionType.IN, key, new Filter.Value("text")), "a list of values");
		assertRefused(new Filter.Expression(ExpressionType.AND, key, null), "must have a condition");
		assertRefused(new Filter.Expression(ExpressionType.EQ, new Filter.Key("year"), new Filter.Value("text")),
				"'year'");
	}

	private static void assertRefused(Filter.Expression filter, String message) {
		assertThatIllegalArgumentException().isThrownBy(
				() -> store().similaritySearch(SearchRequest.builder().query("text").filterExpression(filter).build()))
			.withMessageContaining(message);
		assertThatIllegalArgumentException().isThrownBy(() -> store().delete(filter)).withMessageContaining(message);
	}

	@Test
	void tooManyDocumentsToFindAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> store().similaritySearch(SearchRequest.builder().query("text").topK(10_001).build()))
			.withMessageContaining("10000");
	}

	@Test
	void deletionThatTheServerRefusesIsAnIllegalState() {
		RdsVectorStore store = stores.store((table) -> table.idType(IdType.TEXT));
		store.add(List.of(new Document("a", "text", Map.of("x", 1))));
		stores.jdbc()
			.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$");
		stores.jdbc()
			.queryForList("SELECT relname FROM pg_class WHERE relname LIKE 'documents%' AND relkind = 'r'",
					String.class)
			.forEach((table) -> stores.jdbc()
				.execute("CREATE TRIGGER refuse BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse()"
					.formatted(table)));
		assertThatIllegalStateException().isThrownBy(() -> store.delete("x == 1")).withMessageContaining("x = 1");
	}

	@Test
	void repositoryThatCannotHoldDocumentsIsRefused() {
		VectorRepository<?> withoutText = stores.repository((table) -> table.contentColumn(null));
		assertThatIllegalArgumentException().isThrownBy(() -> RdsVectorStore.builder(withoutText, new HashingModel()))
			.withMessageContaining("no column for the text");
		VectorRepository<?> bits = stores.repository((table) -> table
			.embedding(VectorColumn.of("embedding", ElementType.BIT, 64, Distance.HAMMING, VectorIndex.none())));
		assertThatIllegalArgumentException().isThrownBy(() -> RdsVectorStore.builder(bits, new HashingModel()))
			.withMessageContainingAll("is a bit", "floats");
	}

	@Test
	void tenMegabytesOfTextComeBack() {
		RdsVectorStore store = RdsVectorStore.builder(stores.repository((table) -> table), new HashingModel())
			.batchingStrategy(List::of)
			.build();
		String text = "ten megabytes ".repeat(750_000);
		store.add(List.of(new Document(text)));
		assertThat(store.similaritySearch("megabytes")).singleElement()
			.satisfies((document) -> assertThat(document.getText()).isEqualTo(text));
	}

}
