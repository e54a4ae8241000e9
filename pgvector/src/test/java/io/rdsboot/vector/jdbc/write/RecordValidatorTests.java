package io.rdsboot.vector.jdbc.write;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonValue;
import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link RecordValidator} with tables of every type.
 */
class RecordValidatorTests {

	private static final VectorTable TABLE = table().build();

	private static VectorTable.Builder table() {
		VectorTable.Builder table = VectorTable.builder("docs")
			.idType(IdType.BIGINT)
			.embedding(VectorColumn.of("embedding", ElementType.HALFVEC, 2, Distance.COSINE, VectorIndex.hnsw()))
			.vector(column("bits", ElementType.BIT, 3, Distance.HAMMING, VectorIndex.none()))
			.vector(column("sparse", ElementType.SPARSEVEC, 20_000, Distance.COSINE, VectorIndex.none()))
			.vector(column("indexed", ElementType.SPARSEVEC, 20_000, Distance.L2, VectorIndex.hnsw()))
			.vector(column("euclid", ElementType.VECTOR, 1, Distance.L2, VectorIndex.none()))
			.key("year", KeyType.INTEGER)
			.key("author", KeyType.TEXT)
			.key("tags", KeyType.TEXT_ARRAY)
			.key("price", KeyType.NUMERIC)
			.key("at", KeyType.TIMESTAMPTZ)
			.key("size", KeyType.BIGINT)
			.key("draft", KeyType.BOOLEAN)
			.key("owner", KeyType.UUID);
		return table;
	}

	private static VectorColumn column(String name, ElementType type, int dimensions, Distance distance,
			VectorIndex index) {
		return VectorColumn.of(name, type, dimensions, distance, index);
	}

	static Stream<Arguments> invalid() {
		return Stream.of(
				embedding(VectorValue.of(1, -65520), "is -65520.0 at index 1, but must be between -65504 and 65504"),
				embedding(VectorValue.of(0x1p-25f, -0f), "is a zero vector, which has no cosine distance"),
				embedding(VectorValue.of(Float.NaN, 1), "is NaN at index 0, but must be finite"),
				embedding(BitVector.of(true, false),
						"is a BitVector, but column embedding of type halfvec holds a DenseVector"),
				embedding(null, "is null"), vector("bits", BitVector.of(true), "has 1 dimensions, but must have 3"),
				vector("bits", VectorValue.of(1, 0, 1),
						"is a DenseVector, but column bits of type bit holds a BitVector"),
				vector("sparse", SparseVector.of(20_000, Map.of()), "is a zero vector, which has no cosine distance"),
				vector("sparse", SparseVector.of(20_000, Map.of(1, 1e-30f)),
						"is so short that its length is rounded to zero, so it has no cosine distance"),
				vector("sparse", SparseVector.of(20_000, Map.of(1, 7e18f)),
						"is too long to have distances: the sum of its squares must be below 4.3e+37"),
				vector("sparse", SparseVector.of(5, Map.of(1, 1f)), "has 5 dimensions, but must have 20000"),
				vector("sparse", SparseVector.of(20_000, Map.of(7, Float.NEGATIVE_INFINITY)),
						"is -Infinity at index 7, but must be finite"),
				vector("sparse", sparse(16_001),
						"has 16001 values that are not zero, but a sparsevec can have at most 16000"),
				vector("indexed", sparse(1_001),
						"has 1001 values that are not zero, but its HNSW index can hold at most 1000"),
				vector("bitz", BitVector.of(true),
						"is no vector column of the table, which has [embedding, bits, sparse, indexed, euclid]"),
				vector("embedding", VectorValue.of(1, 1), "is the main vector column, which has its own field"),
				key("year", "2026", "at 'year' is a java.lang.String, but must be a java.lang.Integer"),
				key("year", 2026.5, "at 'year' is '2026.5', which is no integer"),
				key("year", 1L << 31, "at 'year' is '2147483648', which is no integer"),
				key("size", BigInteger.TWO.pow(63), "at 'size' is '9223372036854775808', which is no bigint"),
				key("author", 7, "at 'author' is a java.lang.Integer, but must be a java.lang.String"),
				key("author", "a\0", "at 'author' has a NUL character at index 1, which PostgreSQL cannot store"),
				key("author", "\udc00",
						"at 'author' has half a surrogate pair at index 0, which PostgreSQL cannot store"),
				key("tags", List.of("a", "b\ud83d"),
						"at 'tags' has half a surrogate pair at index 1, which PostgreSQL cannot store"),
				key("tags", List.of("a", 1),
						"at 'tags' is a java.util.ImmutableCollections$List12, " + "but must be a list of texts"),
				key("price", Double.NaN, "at 'price' is 'NaN', which is no numeric"),
				key("price", new BigDecimal("1e131073"), "at 'price' is '1E+131073', which is no numeric"),
				key("at", Instant.MAX,
						"at 'at' is '+1000000000-12-31T23:59:59.999999999Z', "
								+ "which is no timestamp with time zone"),
				key("at", "today", "at 'at' is 'today', which is no timestamp with time zone"),
				key("draft", "true", "at 'draft' is a java.lang.String, but must be a java.lang.Boolean"),
				key("owner", "me", "at 'owner' is 'me', which is no uuid"),
				key("other", new BigDecimal("1e-16384"),
						"has a number at 'other' of more digits than PostgreSQL can store"),
				key("other", Map.of("\ud800", 1),
						"has a name with half a surrogate pair, which PostgreSQL cannot store"),
				key("other", nested(500), "is nested deeper than 500 levels"),
				key("other", Map.of("a", List.of(Map.of("b", Double.NaN))),
						"has the number NaN at 'other.a[].b', which JSON cannot express"),
				key("other", new double[] { 1, Double.NEGATIVE_INFINITY },
						"has the number -Infinity at 'other[]', which JSON cannot express"),
				key("other", new String[] { "a", "b\0" },
						"has a NUL character at 'other[]', which PostgreSQL cannot store"),
				key("other", '\0', "has a NUL character at 'other', which PostgreSQL cannot store"),
				key("other", new Author("x\ud800", 1),
						"has half a surrogate pair at 'other.name', which PostgreSQL cannot store"),
				key("other", new Author("x", Float.NaN),
						"has the number NaN at 'other.weight', which JSON cannot express"),
				key("other", new Odd("a\0"), "has a NUL character at 'other', which PostgreSQL cannot store"),
				key("other", "x".repeat(1 << 20), "is longer than 1048576 characters as JSON"),
				key("other", Collections.nCopies(9, new BigDecimal("1e131000")),
						"is longer than 1048576 characters as JSON"),

				key("\0", 1, "has a name with a NUL character, which PostgreSQL cannot store"));
	}

	private record Author(String name, float weight) {

	}

	private record Odd(@JsonValue String text) {

	}

	private static Arguments embedding(VectorValue value, String problem) {
		return Arguments.of(new VectorRecord<>(1L, value, null, Map.of()), "embedding", problem);
	}

	private static Arguments vector(String column, VectorValue value, String problem) {
		return Arguments.of(valid().withVector(column, value), column, problem);
	}

	private static Arguments key(String key, Object value, String problem) {
		return Arguments.of(new VectorRecord<>(1L, VectorValue.of(1, 1), null, Map.of(key, value)), "metadata",
				problem);
	}

	private static VectorRecord<Long> valid() {
		return new VectorRecord<>(1L, VectorValue.of(1, 1), null, Map.of());
	}

	private static SparseVector sparse(int nonZeros) {
		Map<Integer, Float> values = new TreeMap<>();
		for (int i = 0; i < nonZeros; i++) {
			values.put(i, 1f);
		}
		return SparseVector.of(20_000, values);
	}

	private static Object nested(int depth) {
		return (depth == 0) ? 1 : List.of(nested(depth - 1));
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void recordWhenInvalidIsNamedWithItsField(VectorRecord<Long> record, String field, String problem) {
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> new RecordValidator(TABLE, (content) -> true).validate(record, 3_000_000_000L, null,
					IdRule.UPSERT))
			.withMessage("Record 3000000000 (id 1) for vector table docs: %s %s".formatted(field, problem))
			.satisfies((ex) -> {
				assertThat(ex.getField()).isEqualTo(field);
				assertThat(ex.getProblem()).isEqualTo(problem);
				assertThat(ex.getPosition()).isEqualTo(3_000_000_000L);
			});
	}

	@Test
	void recordAtTheLimitsIsValid() {
		Map<String, Object> metadata = Map.of("year", 2026L, "price", new BigDecimal("1e131071"), "at",
				Instant.parse("-4712-01-01T00:00:00Z"), "other", nested(499), "author", "\ud83d\udc18");
		VectorRecord<Long> record = new VectorRecord<>(1L, VectorValue.of(65519, 0x1.8p-25f), null, metadata)
			.withVector("bits", BitVector.of(false, false, false))
			.withVector("sparse", sparse(16_000))
			.withVector("indexed", sparse(1_000))
			.withVector("euclid", VectorValue.of(0));
		assertThatNoException()
			.isThrownBy(() -> new RecordValidator(TABLE, (content) -> true).validate(record, 0, null, IdRule.UPSERT));
	}

	@Test
	void metadataThatContainsItselfIsRefused() {
		List<Object> self = new ArrayList<>();
		self.add(self);
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> new RecordValidator(TABLE, (content) -> true).validate(
					new VectorRecord<>(1L, VectorValue.of(1, 1), null, Map.of("k", self)), 0, null, IdRule.UPSERT))
			.withMessageEndingWith("is nested deeper than 500 levels");
	}

	@Test
	void memberThatIsNullOrNamelessIsRefused() {
		for (Map<String, Object> metadata : Arrays.asList(
				new HashMap<String, Object>(Collections.singletonMap("k", null)),
				new HashMap<String, Object>(Collections.singletonMap(null, 1)))) {
			assertThatExceptionOfType(InvalidVectorRecordException.class)
				.isThrownBy(() -> new RecordValidator(TABLE, (content) -> true)
					.validate(new VectorRecord<>(1L, VectorValue.of(1, 1), null, metadata), 0, null, IdRule.UPSERT));
		}
	}

	@Test
	void undeclaredKeyWhenRefusedIsAnsweredWithTheNearest() {
		RecordValidator validator = new RecordValidator(table().refuseUndeclaredKeys().build(), (content) -> true);
		assertUndeclared(validator, "yaer", "metadata has the key 'yaer', which is not declared: did you mean 'year'?");
		assertUndeclared(validator, "publisher", "metadata has the key 'publisher', which is not declared; "
				+ "declared are [year, author, tags, price, at, size, draft, owner]");
		VectorTable bare = VectorTable.builder("docs").idType(IdType.BIGINT).dimensions(2).metadataColumn(null).build();
		assertUndeclared(new RecordValidator(bare, (content) -> true), "k",
				"metadata has the key 'k', but none is declared");
	}

	private static void assertUndeclared(RecordValidator validator, String key, String message) {
		VectorRecord<Long> record = new VectorRecord<>(1L, VectorValue.of(1, 1), null, Map.of(key, 1));
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> validator.validate(record, 0, null, IdRule.UPSERT))
			.withMessage("Record 0 (id 1) for vector table docs: " + message);
	}

	@Test
	void contentWithoutAColumnIsRefused() {
		VectorTable bare = VectorTable.builder("docs").idType(IdType.BIGINT).dimensions(2).contentColumn(null).build();
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> new RecordValidator(bare, (content) -> true)
				.validate(new VectorRecord<>(1L, VectorValue.of(1, 1), "text", Map.of()), 0, null, IdRule.UPSERT))
			.withMessageEndingWith("content is given, but the table has no column for it");
	}

	@Test
	void sparseIndexOutOfRangeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> SparseVector.of(5, Map.of(5, 1f)))
			.withMessage("index of a sparse vector of 5 dimensions must be between 0 and 4, but is 5");
		assertThatIllegalArgumentException().isThrownBy(() -> SparseVector.of(5, Map.of(-1, 1f)));
	}

	static Stream<VectorColumn> halves() {
		return Stream.of(halves(ElementType.VECTOR, Quantization.HALF),
				halves(ElementType.HALFVEC, Quantization.BINARY));
	}

	private static VectorColumn halves(ElementType type, Quantization quantization) {
		return new VectorColumn("embedding", type, 2, Distance.COSINE, VectorIndex.hnsw(), quantization, List.of());
	}

	@ParameterizedTest
	@MethodSource("halves")
	void vectorThatColumnOrIndexOfHalvesCannotHoldIsRefused(VectorColumn column) {
		VectorTable table = VectorTable.builder("halves").idType(IdType.BIGINT).embedding(column).build();
		RecordValidator validator = new RecordValidator(table, (content) -> true);
		validator.validate(new VectorRecord<>(1L, new float[] { 65_504, 1 }, null), 0, null, IdRule.UPSERT);
		Map<float[], String> refused = Map.of(new float[] { 1, 70_000 },
				"embedding is 70000.0 at index 1, but must be between -65504 and 65504", new float[] { 1e-9f, -1e-9f },
				"embedding is a zero vector, which has no cosine distance");
		refused.forEach((vector, problem) -> assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> validator.validate(new VectorRecord<>(1L, vector, null), 0, null, IdRule.UPSERT))
			.withMessageContaining(problem));
	}

}
