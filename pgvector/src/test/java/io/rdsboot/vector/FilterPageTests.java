package io.rdsboot.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.sql.FilterExpressions;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.Test;

import static io.rdsboot.vector.filter.MetadataFilter.between;
import static io.rdsboot.vector.filter.MetadataFilter.contains;
import static io.rdsboot.vector.filter.MetadataFilter.eq;
import static io.rdsboot.vector.filter.MetadataFilter.exists;
import static io.rdsboot.vector.filter.MetadataFilter.gt;
import static io.rdsboot.vector.filter.MetadataFilter.gte;
import static io.rdsboot.vector.filter.MetadataFilter.in;
import static io.rdsboot.vector.filter.MetadataFilter.isAbsent;
import static io.rdsboot.vector.filter.MetadataFilter.isJsonNull;
import static io.rdsboot.vector.filter.MetadataFilter.isNull;
import static io.rdsboot.vector.filter.MetadataFilter.key;
import static io.rdsboot.vector.filter.MetadataFilter.like;
import static io.rdsboot.vector.filter.MetadataFilter.lt;
import static io.rdsboot.vector.filter.MetadataFilter.lte;
import static io.rdsboot.vector.filter.MetadataFilter.ne;
import static io.rdsboot.vector.filter.MetadataFilter.not;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page on filters is right: each row of its table of conditions says the
 * same three times.
 */
class FilterPageTests {

	private static final Path PAGE = Path.of("../docs/vector-filters.md");

	private static final Path SOURCE = Path.of("src/test/java/io/rdsboot/vector/FilterPageTests.java");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private final VectorTable table = VectorTable.builder("documents")
		.dimensions(3)
		.key("year", KeyType.INTEGER)
		.key("city", KeyType.TEXT)
		.key("tags", KeyType.TEXT_ARRAY)
		.build();

	/**
	 * Conditions in the order of the page, which has their source.
	 */
	private final List<MetadataFilter> conditions = List.of(eq("city", "Bonn"), ne("city", "Bonn"), gt("year", 2020),
			gte("year", 2020), lt("year", 2020), lte("year", 2020), between("year", 2020, 2026), in("year", 2020, 2026),
			like("city", "B%"), contains("tags", "news"), exists("year"), isNull("year"), isAbsent("year"),
			isJsonNull("year"), key("city").ignoringCase().eq("BONN"), key("city").ignoringCase().in("A", "B"),
			key("city").ignoringCase().like("b%"), not(eq("year", 2020)), eq("year", 1).or(eq("year", 2)));

	@Test
	void conditionsAreTheSameInJavaInTextAndInSql() throws IOException {
		String source = Files.readString(SOURCE).replaceAll("\\s+", " ");
		List<List<String>> rows = rows("| Java | Text | SQL |");
		assertThat(rows).hasSameSizeAs(this.conditions);
		for (int i = 0; i < rows.size(); i++) {
			MetadataFilter filter = this.conditions.get(i);
			assertThat(source).contains(codes(rows.get(i).get(0)));
			assertThat(codes(rows.get(i).get(1))).isNotEmpty()
				.allSatisfy((text) -> assertThat(MetadataFilter.parse(text)).isEqualTo(filter));
			assertThat(codes(rows.get(i).get(2))).containsExactly(FilterExpressions.literal(this.table, filter));
		}
	}

	@Test
	void filtersOfTheOtherTablesCanBeRead() throws IOException {
		List<String> filters = new ArrayList<>();
		rows("| Filter | Row with `year` 2020").forEach((row) -> filters.addAll(codes(row.get(0))));
		rows("| | Text | Java | Member is missing").forEach((row) -> filters.addAll(codes(row.get(1))));
		assertThat(filters).hasSize(11).allSatisfy((text) -> assertThat(MetadataFilter.parse(text)).isNotNull());
	}

	private static List<List<String>> rows(String header) throws IOException {
		List<String> lines = Files.readAllLines(PAGE);
		int begin = lines.indexOf(lines.stream().filter((line) -> line.startsWith(header)).findFirst().orElseThrow());
		return lines.subList(begin + 2, lines.size())
			.stream()
			.takeWhile((line) -> line.startsWith("|"))
			.map((line) -> List.of(line.substring(2).split(" \\| ", -1)))
			.toList();
	}

	private static List<String> codes(String cell) {
		return CODE.matcher(cell).results().map((match) -> match.group(1)).toList();
	}

}
