package io.rdsboot.vector;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.HostileValues.Colour;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests that a filter finds the value that was written, whatever its class, under keys
 * that are declared and under others.
 */
@LocalRds
class VectorFilterValuesTests {

	private static HikariDataSource dataSource;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		VectorTable table = VectorTable.builder("valued")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("text", KeyType.TEXT)
			.key("numeric", KeyType.NUMERIC)
			.key("integer", KeyType.INTEGER)
			.key("time", KeyType.TIMESTAMPTZ)
			.key("uuid", KeyType.UUID)
			.key("array", KeyType.TEXT_ARRAY)
			.build();
		new VectorTestTables(new JdbcTemplate(dataSource)).create(table);
		repository = JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@BeforeEach
	void deleteRows() {
		new JdbcTemplate(dataSource).execute("DELETE FROM valued");
	}

	static Stream<Arguments> values() {
		LocalDate date = LocalDate.of(2026, 1, 31);
		return Stream.of(Arguments.of("text", Colour.GREEN, "'GREEN'"), Arguments.of("free", Colour.GREEN, "'GREEN'"),
				Arguments.of("text", date, "'2026-01-31'"), Arguments.of("free", date, "'2026-01-31'"),
				Arguments.of("time", date, "'2026-01-31'"),
				Arguments.of("time", "2026-01-31", "'2026-01-31T01:00:00+01:00'"),
				Arguments.of("text", LocalDateTime.of(2026, 1, 31, 12, 0), "'2026-01-31T12:00:00'"),
				Arguments.of("free", LocalDateTime.of(2026, 1, 31, 12, 0), "'2026-01-31T12:00:00'"),
				Arguments.of("time", Instant.parse("2026-01-31T12:00:00.5Z"), "'2026-01-31T13:00:00.5+01:00'"),
				Arguments.of("free", Instant.parse("2026-01-31T12:00:00.5Z"), "'2026-01-31T12:00:00.500Z'"),
				Arguments.of("time", OffsetDateTime.parse("2026-01-31T12:00:00+02:00"), "'2026-01-31T10:00:00Z'"),
				Arguments.of("free", OffsetDateTime.parse("2026-01-31T12:00:00+02:00"), "'2026-01-31T10:00:00Z'"),
				Arguments.of("uuid", new UUID(1, 2), "'00000000-0000-0001-0000-000000000002'"),
				Arguments.of("free", new UUID(1, 2), "'00000000-0000-0001-0000-000000000002'"),
				Arguments.of("numeric", new BigDecimal("2.50"), "2.5"),
				Arguments.of("free", new BigDecimal("2.50"), "2.5"), Arguments.of("integer", new BigDecimal("2"), "2"),
				Arguments.of("free", new BigDecimal("1E+30"), "1e30"), Arguments.of("free", true, "true"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valueIsFoundByItselfAndByItsText(String key, Object value, String text) {
		repository.upsert(List.of(row(1, Map.of(key, value)), row(2, Map.of())));
		assertThat(found(MetadataFilter.eq(key, value))).containsExactly(1L);
		assertThat(found(MetadataFilter.in(key, List.of(value)))).containsExactly(1L);
		assertThat(found(MetadataFilter.parse("%s = %s".formatted(key, text)))).containsExactly(1L);
		assertThat(found(MetadataFilter.ne(key, value))).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("values")
	void valueOfAListIsFound(String key, Object value) {
		String list = key.equals("text") ? "array" : "free";
		repository.upsert(List.of(row(1, Map.of(list, List.of(value, value))), row(2, Map.of(list, List.of()))));
		assertThat(found(MetadataFilter.contains(list, value))).containsExactly(1L);
	}

	@Test
	void enumIsWrittenByItsNameWhateverItsTexts() {
		repository.upsert(row(1, Map.of("free", Colour.GREEN, "map", Map.of(Colour.RED, Colour.GREEN), "text",
				Colour.RED, "array", List.of(Colour.RED, "a"))));
		assertThat(repository.findById(1L).orElseThrow().metadata()).isEqualTo(
				Map.of("free", "GREEN", "map", Map.of("RED", "GREEN"), "text", "RED", "array", List.of("RED", "a")));
	}

	@Test
	void valueOfAnotherClassIsRefusedWithThoseThereAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> MetadataFilter.eq("free", Map.of("a", 1)))
			.withMessageStartingWith(
					"Value for key 'free' must be a String, number, Boolean, UUID, enum, date or time, but is a ");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.count(MetadataFilter.eq("time", LocalDateTime.of(2026, 1, 31, 12, 0))))
			.withMessage("value '2026-01-31T12:00:00' of a filter by metadata key 'time' (timestamp with time zone) of "
					+ "vector table valued is '2026-01-31T12:00:00', which is no timestamp with time zone: "
					+ "write 2026-01-31T12:30:00Z, 2026-01-31T12:30:00+01:00 or 2026-01-31");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.count(MetadataFilter.eq("integer", Colour.RED)))
			.withMessage("value 'RED' of a filter by metadata key 'integer' (integer) of vector table valued is a "
					+ "java.lang.String, but must be a java.lang.Integer");
	}

	private static VectorRecord<Long> row(long id, Map<String, Object> metadata) {
		return new VectorRecord<>(id, new float[] { 1, id }, null, metadata);
	}

	private static List<Long> found(MetadataFilter filter) {
		return repository.search(VectorSearch.nearest(new float[] { 1, 0 }).where(filter))
			.stream()
			.map(VectorMatch::id)
			.sorted()
			.toList();
	}

}
