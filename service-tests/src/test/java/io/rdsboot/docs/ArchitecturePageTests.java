package io.rdsboot.docs;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page on the architecture names types and packages that are there.
 */
class ArchitecturePageTests {

	private static final Pattern TYPE = Pattern
		.compile("(?:`|participant \\w as |over |: |, )@?([A-Z][a-z]+[A-Z]\\w+)\\b");

	private static final Pattern PARTICIPANT = Pattern.compile("participant \\w+ as ([A-Z]\\w+)");

	private static final Pattern PACKAGE = Pattern.compile("^\\| (`[a-z.`, ]+) \\|", Pattern.MULTILINE);

	private static final Set<String> OF_OTHERS = Set.of("DataSource", "EmbeddingStore", "HikariCP", "LangChain4j",
			"VectorStore");

	private final String page = ProjectFiles.read(ProjectFiles.ROOT.resolve("docs/architecture.md"));

	private final Set<String> sources = ProjectFiles.find((file) -> file.toString().endsWith(".java"))
		.stream()
		.map((file) -> file.toString().replaceAll(".*/", "").replace(".java", ""))
		.collect(Collectors.toSet());

	@Test
	void typesExist() {
		Set<String> types = new TreeSet<>();
		TYPE.matcher(this.page).results().forEach((match) -> types.add(match.group(1)));
		PARTICIPANT.matcher(this.page).results().forEach((match) -> types.add(match.group(1)));
		types.removeAll(OF_OTHERS);
		assertThat(types).hasSizeGreaterThan(50).isSubsetOf(this.sources);
	}

	@Test
	void packagesExist() {
		Set<String> directories = ProjectFiles.find((file) -> file.endsWith("package-info.java"))
			.stream()
			.map((file) -> file.toString().replaceAll(".*/io/rdsboot/", "").replace("/package-info.java", ""))
			.map((directory) -> directory.replace('/', '.'))
			.collect(Collectors.toSet());
		Set<String> named = new TreeSet<>();
		String packages = this.page.substring(this.page.indexOf("## Packages"), this.page.indexOf("## A borrow"));
		PACKAGE.matcher(packages).results().forEach((row) -> {
			String before = "";
			for (String name : row.group(1).replace("`", "").split(", ")) {
				before = name.startsWith(".") ? before.substring(0, before.indexOf('.')) + name : name;
				named.add(before);
			}
		});
		assertThat(named).hasSizeGreaterThan(15)
			.allSatisfy((name) -> assertThat(directories).containsAnyOf(name, "vector." + name));
	}

}
