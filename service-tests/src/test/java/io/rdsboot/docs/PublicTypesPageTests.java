package io.rdsboot.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page on the public types names each of them, with its package and a
 * reason, and no other.
 */
class PublicTypesPageTests {

	private static final List<String> LIBRARIES = List.of("jdbc", "pgvector", "autoconfigure", "move", "langchain4j",
			"spring-ai", "test-support");

	private static final String SOURCES = "src/main/java/io/rdsboot";

	private static final Pattern PUBLIC = Pattern.compile(
			"^public (final |abstract |sealed |non-sealed )*(class|interface|record|enum|@interface) ",
			Pattern.MULTILINE);

	private static final Pattern INTERNAL = Pattern.compile("^@API\\(status = API\\.Status\\.INTERNAL\\)",
			Pattern.MULTILINE);

	private static final Pattern ROW = Pattern.compile("^\\| `([a-z0-9.]+)` \\| ([^|]+) \\| ([^|]+) \\|$",
			Pattern.MULTILINE);

	private static final Pattern NAME = Pattern.compile("`(\\w+)`");

	@Test
	void pageNamesEveryPublicTypeWithAReason() {
		SortedMap<String, SortedSet<String>> named = new TreeMap<>();
		String page = ProjectFiles.read(ProjectFiles.ROOT.resolve("docs/public-types.md"));
		for (MatchResult row : ROW.matcher(page).results().toList()) {
			assertThat(row.group(2)).as("reason of package %s", row.group(1)).isNotBlank();
			SortedSet<String> types = NAME.matcher(row.group(3))
				.results()
				.map((name) -> name.group(1))
				.collect(Collectors.toCollection(TreeSet::new));
			assertThat(named.put(row.group(1), types)).as("other row of package %s", row.group(1)).isNull();
		}
		assertThat(named).isEqualTo(publicTypes());
	}

	private static Map<String, SortedSet<String>> publicTypes() {
		SortedMap<String, SortedSet<String>> types = new TreeMap<>();
		for (String library : LIBRARIES) {
			Path sources = Path.of(library, SOURCES);
			for (Path file : ProjectFiles
				.find((path) -> path.startsWith(sources) && path.toString().endsWith(".java"))) {
				Path directory = file.getParent();
				if (isPublic(ProjectFiles.read(file)) && !isInternal(directory.resolve("package-info.java"))) {
					String name = ProjectFiles.ROOT.resolve(sources).relativize(directory).toString().replace('/', '.');
					types.computeIfAbsent(name, (key) -> new TreeSet<>())
						.add(file.getFileName().toString().replace(".java", ""));
				}
			}
		}
		return types;
	}

	private static boolean isPublic(String source) {
		return PUBLIC.matcher(source).find() && !INTERNAL.matcher(source).find();
	}

	private static boolean isInternal(Path packageInfo) {
		return INTERNAL.matcher(ProjectFiles.read(packageInfo)).find();
	}

}
