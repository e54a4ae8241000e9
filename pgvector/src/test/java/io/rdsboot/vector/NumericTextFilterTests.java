package io.rdsboot.vector;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static io.rdsboot.vector.filter.MetadataFilter.between;
import static io.rdsboot.vector.filter.MetadataFilter.eq;
import static io.rdsboot.vector.filter.MetadataFilter.gt;
import static io.rdsboot.vector.filter.MetadataFilter.in;
import static io.rdsboot.vector.filter.MetadataFilter.lte;
import static io.rdsboot.vector.filter.MetadataFilter.ne;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of filters by numbers where other writers have stored numbers as text.
 */
@LocalRds
class NumericTextFilterTests {

	private static HikariDataSource database;

	private static VectorRepository<String> repository;

	private static VectorRepository<String> strict;

	@BeforeAll
	static void storeRows(LocalRdsCluster cluster) {
		database = VectorTestDatabase.create(cluster);
		VectorTable.Builder table = VectorTable.builder("mixed").idType(IdType.TEXT).dimensions(2);
		strict = JdbcVectorRepository.of(database, table.build(), String.class);
		repository = JdbcVectorRepository.of(database, table.numericText().build(), String.class);
		new VectorSchema(database).migrate(List.of(table.build()));
		Map<String, String> rows = Map.ofEntries(Map.entry("number", "7"), Map.entry("fraction", "7.0"),
				Map.entry("text", "\"7\""), Map.entry("double", "\"7.0\""), Map.entry("eight", "\"8\""),
				Map.entry("large", "\"1.0E10\""), Map.entry("tiny", "\"-1.5E-7\""), Map.entry("word", "\"seven\""),
				Map.entry("blank", "\"\""), Map.entry("mixed", "\"7a\""), Map.entry("list", "[7]"),
				Map.entry("null", "null"), Map.entry("long", "\"%s\"".formatted("9".repeat(100_000))));
		JdbcTemplate jdbc = new JdbcTemplate(database);
		rows.forEach((id, value) -> jdbc.update(
				"INSERT INTO mixed (id, embedding, metadata) VALUES (?, '[1,0]', jsonb_build_object('n', ?::jsonb))",
				id, value));
		jdbc.update("INSERT INTO mixed (id, embedding) VALUES ('none', '[1,0]')");
	}

	@AfterAll
	static void closePool() {
		database.close();
	}

	private static List<String> ids(VectorRepository<String> repository, MetadataFilter filter) {
		return repository.find(RecordQuery.all().where(filter)).records().stream().map(VectorRecord::id).toList();
	}

	@Test
	void textThatJavaPrintsOfANumberIsEqualToIt() {
		List<String> sevens = List.of("number", "fraction", "text", "double");
		assertThat(ids(repository, eq("n", 7))).containsExactlyInAnyOrderElementsOf(sevens);
		assertThat(ids(repository, eq("n", new BigDecimal("7.000")))).containsExactlyInAnyOrderElementsOf(sevens);
		assertThat(ids(repository, in("n", 7L, 10_000_000_000L))).contains("large").containsAll(sevens).hasSize(5);
		assertThat(ids(repository, eq("n", -1.5E-7F))).containsExactly("tiny");
		assertThat(ids(repository, ne("n", 7))).containsExactlyInAnyOrder("eight", "large", "tiny", "word", "blank",
				"mixed", "list", "long");
		assertThat(ids(repository, MetadataFilter.not(eq("n", 7)))).contains("none", "null")
			.doesNotContainAnyElementsOf(sevens);
	}

	@Test
	void textThatIsANumberHasItsOrder() {
		assertThat(ids(repository, gt("n", 7))).containsExactlyInAnyOrder("eight", "large");
		assertThat(ids(repository, lte("n", 7))).containsExactlyInAnyOrder("number", "fraction", "text", "double",
				"tiny");
		assertThat(ids(repository, between("n", 7.5, 8))).containsExactly("eight");
		assertThat(ids(repository, MetadataFilter.not(gt("n", 7)))).contains("word", "none", "null", "text");
	}

	@Test
	void textIsNoNumberByDefault() {
		assertThat(ids(strict, eq("n", 7))).containsExactlyInAnyOrder("number", "fraction");
		assertThat(ids(strict, gt("n", 7))).isEmpty();
	}

	@Test
	void textIsComparedAsText() {
		assertThat(ids(repository, eq("n", "7"))).containsExactly("text");
	}

}
