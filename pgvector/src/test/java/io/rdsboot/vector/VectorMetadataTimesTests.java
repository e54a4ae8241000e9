package io.rdsboot.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for dates and times under metadata keys that nobody declared: what is written is
 * found by a filter for the same value.
 */
@LocalRds
class VectorMetadataTimesTests {

	private static final String MOMENT = "2026-03-29T00:30:00.5Z";

	private static HikariDataSource dataSource;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		VectorTable table = VectorTable.builder("times").idType(IdType.BIGINT).dimensions(2).build();
		new VectorTestTables(new JdbcTemplate(dataSource)).create(table);
		repository = JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@BeforeEach
	void deleteRows() {
		new JdbcTemplate(dataSource).execute("DELETE FROM times");
	}

	/**
	 * Values in ascending order.
	 */
	@SuppressWarnings("JavaUtilDate")
	static Stream<List<Object>> values() {
		return Stream.of(
				List.of(Instant.parse("1969-12-31T23:59:59Z"), Instant.parse("2026-03-29T00:30:00Z"),
						Instant.parse(MOMENT), Instant.parse("2026-03-29T00:30:00.500000001Z"),
						Instant.parse("2026-03-29T00:30:01Z")),
				List.of(OffsetDateTime.parse("2026-03-29T02:30:00+02:00"),
						OffsetDateTime.parse("2026-03-28T20:30:00.25-04:00"), OffsetDateTime.parse(MOMENT)),
				List.of(ZonedDateTime.parse("2026-03-29T01:29:00+01:00[Europe/Berlin]"),
						ZonedDateTime.parse("2026-03-29T01:30:00.5+01:00[Europe/Berlin]")),
				List.of(new Date(-1), new Date(0), new Date(1)),
				List.of(LocalDate.parse("0999-01-01"), LocalDate.parse("2026-02-28"), LocalDate.parse("2026-03-01")),
				List.of(LocalDateTime.parse("2026-03-29T10:00"), LocalDateTime.parse("2026-03-29T10:00:00.5"),
						LocalDateTime.parse("2026-03-29T10:00:01")),
				List.of(LocalTime.parse("00:00"), LocalTime.parse("09:59:59.999"), LocalTime.parse("10:00")));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valueIsFoundByTheSameValueInEveryComparison(List<Object> values) {
		for (int i = 0; i < values.size(); i++) {
			Object value = values.get(i);
			repository.upsert(new VectorRecord<>((long) i, new float[] { 1, i }, null,
					Map.of("at", value, "list", List.of(value), "array", new Object[] { value })));
		}
		for (int i = 0; i < values.size(); i++) {
			Object value = values.get(i);
			assertThat(found(MetadataFilter.eq("at", value))).containsExactly(i);
			assertThat(found(MetadataFilter.in("at", List.of(value)))).containsExactly(i);
			assertThat(found(MetadataFilter.contains("list", value))).containsExactly(i);
			assertThat(found(MetadataFilter.contains("array", value))).containsExactly(i);
			assertThat(found(MetadataFilter.ne("at", value))).hasSize(values.size() - 1).doesNotContain(i);
			assertThat(found(MetadataFilter.gte("at", value))).containsExactlyElementsOf(range(i, values.size()));
			assertThat(found(MetadataFilter.gt("at", value))).containsExactlyElementsOf(range(i + 1, values.size()));
			assertThat(found(MetadataFilter.lt("at", value))).containsExactlyElementsOf(range(0, i));
			assertThat(found(MetadataFilter.lte("at", value))).containsExactlyElementsOf(range(0, i + 1));
			assertThat(found(MetadataFilter.between("at", values.get(0), value)))
				.containsExactlyElementsOf(range(0, i + 1));
		}
	}

	@Test
	void momentIsFoundWhateverTypeItWasWrittenAs() {
		List<Object> same = List.of(Instant.parse(MOMENT), OffsetDateTime.parse("2026-03-29T02:30:00.5+02:00"),
				ZonedDateTime.parse("2026-03-28T20:30:00.5-04:00[America/New_York]"), Date.from(Instant.parse(MOMENT)));
		for (int i = 0; i < same.size(); i++) {
			repository.upsert(new VectorRecord<>((long) i, new float[] { 1, i }, null, Map.of("at", same.get(i))));
		}
		for (Object each : same) {
			assertThat(found(MetadataFilter.eq("at", each))).containsExactly(0, 1, 2, 3);
			assertThat(found(MetadataFilter.gte("at", each))).containsExactly(0, 1, 2, 3);
			assertThat(found(MetadataFilter.gt("at", each))).isEmpty();
		}
	}

	@Test
	void statementOfTheDocumentationMakesMomentsWithOffsetsFound() throws IOException {
		List<String> offsets = List.of("2026-03-29T02:30:00.5+02:00", "2026-03-28T20:30:00.123456-04:00",
				"2026-03-29T02:30+02:00", "2026-03-29T00:30:10+00:00", "2026-03-29T05:59:00.12+05:30");
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		for (int i = 0; i < offsets.size(); i++) {
			repository
				.upsert(new VectorRecord<>((long) i, new float[] { 1, i }, null, Map.of("at", offsets.get(i), "b", i)));
		}
		repository.upsert(new VectorRecord<>(9L, new float[] { 1, 1 }, null, Map.of("at", "2026-03-29T25:00:00")));
		String page = Files.readString(Path.of("../docs/vector-metadata.md"));
		String statement = page.substring(page.indexOf("UPDATE documents"), page.lastIndexOf("```"));
		assertThat(jdbc.update(statement.replace("documents", "times"))).isEqualTo(offsets.size());
		for (int i = 0; i < offsets.size(); i++) {
			assertThat(found(MetadataFilter.eq("at", OffsetDateTime.parse(offsets.get(i))))).containsExactly(i);
			assertThat(found(MetadataFilter.eq("b", i))).containsExactly(i);
		}
		assertThat(jdbc.update(statement.replace("documents", "times"))).isZero();
	}

	@Test
	void rangeOfMomentsIgnoresWhatIsNone() {
		repository.upsert(List.of(new VectorRecord<>(1L, new float[] { 1, 1 }, null, Map.of("at", "zebra")),
				new VectorRecord<>(2L, new float[] { 1, 1 }, null, Map.of("at", 99)),
				new VectorRecord<>(3L, new float[] { 1, 1 }, null, Map.of("at", Instant.parse(MOMENT)))));
		assertThat(found(MetadataFilter.gt("at", Instant.EPOCH))).containsExactly(3);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.count(MetadataFilter.gt("at", Instant.parse("+12026-01-01T00:00:00Z"))))
			.withMessage("value '+12026-01-01T00:00:00Z' of a filter by metadata key 'at' of vector table times is "
					+ "outside the years 0 to 9999, and as JSON such a time has no order: declare the key as "
					+ "timestamp with time zone");
	}

	private static List<Integer> range(int from, int to) {
		return Stream.iterate(from, (i) -> i < to, (i) -> i + 1).toList();
	}

	private static List<Integer> found(MetadataFilter filter) {
		return repository.search(VectorSearch.nearest(new float[] { 1, 0 }).where(filter))
			.stream()
			.map((match) -> match.id().intValue())
			.sorted()
			.toList();
	}

}
