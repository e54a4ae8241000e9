package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of what {@link VectorRepository} refuses. There is no server: nothing may be
 * sent.
 */
class InvalidVectorRecordTests {

	private static final DataSource NOWHERE = new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none");

	private static final VectorTable TABLE = VectorTable.builder("documents").idType(IdType.TEXT).dimensions(2).build();

	private final VectorRepository<String> repository = JdbcVectorRepository.of(NOWHERE, TABLE, String.class);

	static Stream<Arguments> invalidRecords() {
		return Stream.of(Arguments.of(record("a", 1), "embedding", "has 1 dimensions, but must have 2"),
				Arguments.of(record("a", 1, Float.NaN), "embedding", "is NaN at index 1, but must be finite"),
				Arguments.of(record("a", Float.NEGATIVE_INFINITY, 1), "embedding",
						"is -Infinity at index 0, but must be finite"),
				Arguments.of(record("a", 0, -0f), "embedding", "is a zero vector, which has no cosine distance"),
				Arguments.of(record("a", 1e-30f, 0), "embedding",
						"is so short that its length is rounded to zero, so it has no cosine distance"),
				Arguments.of(record("a", 5e18f, -5e18f), "embedding",
						"is too long to have distances: the sum of its squares must be below 4.3e+37"),
				Arguments.of(record("a", (float[]) null), "embedding", "is null"),
				Arguments.of(record("", 1, 1), "id", "is empty"),
				Arguments.of(record("a\0", 1, 1), "id", "has a NUL character, which PostgreSQL cannot store"),
				Arguments.of(new VectorRecord<>("a", new float[] { 1, 1 }, "te\0xt"), "content",
						"has a NUL character, which PostgreSQL cannot store"),
				Arguments.of(metadata(Map.of("k", Map.of("l", List.of(1, "x\0")))), "metadata",
						"has a NUL character at 'k.l[]', which PostgreSQL cannot store"),
				Arguments.of(metadata(Map.of("k\0", 1)), "metadata",
						"has a name with a NUL character, which PostgreSQL cannot store"),
				Arguments.of(metadata(Map.of("k", Double.NaN)), "metadata",
						"has the number NaN at 'k', which JSON cannot express"),
				Arguments.of(metadata(Map.of("k", Float.POSITIVE_INFINITY)), "metadata",
						"has the number Infinity at 'k', which JSON cannot express"),
				Arguments.of(metadata(new HashMap<>(Collections.singletonMap("k", null))), "metadata",
						"has the value null at 'k': leave the member out"));
	}

	@ParameterizedTest
	@MethodSource("invalidRecords")
	void recordWhenInvalidIsNamedWithItsField(VectorRecord<String> invalid, String field, String problem) {
		List<VectorRecord<String>> batch = List.of(record("good", 1, 1), record("better", 2, 1), invalid);
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> this.repository.upsert(batch))
			.withMessage("Record 2 (id %s) for vector table documents: %s %s".formatted(invalid.id(), field, problem))
			.satisfies((ex) -> {
				assertThat(ex.getPosition()).isEqualTo(2);
				assertThat(ex.getId()).isEqualTo(invalid.id());
				assertThat(ex.getField()).isEqualTo(field);
			});
	}

	@Test
	void recordWithoutIdIsRefusedByItsPosition() {
		List<VectorRecord<String>> batch = List.of(record("a", 1, 1),
				VectorRecord.withoutId(new float[] { 1, 1 }, null, Map.of()));
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> this.repository.upsert(batch))
			.withMessage(
					"Record 1 for vector table documents: id is missing, but an upsert finds rows by it: insert the "
							+ "record instead")
			.satisfies((ex) -> assertThat(ex.getId()).isNull());
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> this.repository.insert(batch))
			.withMessage("Record 1 for vector table documents: id is missing, and the table is not declared with "
					+ "generated ids");
	}

	@Test
	void recordWhenNullIsRefused() {
		List<VectorRecord<String>> batch = new ArrayList<>(Arrays.asList(record("a", 1, 1), null));
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> this.repository.upsert(batch))
			.withMessage("Record 1 for vector table documents: record is null");
	}

	@Test
	@SuppressWarnings({ "unchecked", "rawtypes" })
	void idWhenOfAnotherTypeIsRefused() {
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(
				() -> ((VectorRepository) this.repository).upsert(new VectorRecord<>(1L, new float[] { 1, 1 }, null)))
			.withMessageContaining("id is a java.lang.Long, but must be a java.lang.String");
	}

	@Test
	void zeroVectorWhenDistanceIsNotCosineIsNotRefused() {
		VectorTable table = VectorTable.builder("t").dimensions(2).distance(Distance.L2).build();
		new RecordValidator(table, (content) -> true).validateQuery(table.embedding(), VectorValue.of(0, 0));
	}

	@Test
	void queryWhenInvalidIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.repository.search(VectorSearch.nearest(new float[] { 1, 2, 3 })))
			.withMessage("vector to search for in vector table documents has 3 dimensions, but must have 2");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.repository.search(VectorSearch.nearest(new float[2])))
			.withMessageContaining("is a zero vector");
		assertThatIllegalArgumentException().isThrownBy(() -> VectorSearch.nearest(new float[2]).limit(0))
			.withMessage("limit of a vector search must be between 1 and 10000, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> VectorSearch.nearest(new float[2]).within(Double.NaN));
	}

	@Test
	void idOfAReadOrDeleteWhenInvalidIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.repository.findById(""))
			.withMessage("id for vector table documents is empty");
		assertThatIllegalArgumentException().isThrownBy(() -> this.repository.delete("\0"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.repository.delete(Arrays.asList("a", null)))
			.withMessage("id for vector table documents is null");
	}

	@Test
	void tableWhenInvalidIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> VectorTable.builder("t").build())
			.withMessage("dimensions of vector column embedding must be between 1 and 16000, but are 0");
		assertThat(
				VectorTable.builder("t").dimensions(16000).index(VectorIndex.none()).build().embedding().dimensions())
			.isEqualTo(16000);
		assertThatIllegalArgumentException().isThrownBy(() -> VectorTable.builder(" ").dimensions(1).build());
		assertThatIllegalArgumentException().isThrownBy(() -> VectorTable.builder("é".repeat(32)).dimensions(1).build())
			.withMessageContaining("must be at most 63 bytes long")
			.withMessageContaining("has 64");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VectorTable.builder("t").dimensions(1).idColumn("content").build())
			.withMessageContaining("must differ");
		assertThatIllegalArgumentException().isThrownBy(() -> new VectorIndex.Hnsw(101, 1000));
		assertThatIllegalArgumentException().isThrownBy(() -> new VectorIndex.Hnsw(40, 79));
		assertThatIllegalArgumentException().isThrownBy(() -> new VectorIndex.IvfFlat(0));
	}

	private static VectorRecord<String> record(String id, float... embedding) {
		return new VectorRecord<>(id, embedding, null);
	}

	private static VectorRecord<String> metadata(Map<String, Object> metadata) {
		return new VectorRecord<>("a", new float[] { 1, 1 }, null, metadata);
	}

}
