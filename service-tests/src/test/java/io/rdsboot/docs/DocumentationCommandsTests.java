package io.rdsboot.docs;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.docs.MarkdownPage.Located;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the commands that the documentation shows name scripts, modules, profiles
 * and tests that exist.
 */
class DocumentationCommandsTests {

	private static final Pattern COMMAND = Pattern.compile("(mvn|dev/|\\.ci/).*");

	private static final Pattern SCRIPT = Pattern.compile("(?:dev|\\.ci)/[\\w-]+");

	private static final Pattern MODULES = Pattern.compile("-pl ([\\w,-]+)");

	private static final Pattern PROFILE = Pattern.compile("-P ?([\\w-]+)");

	private static final Pattern TEST = Pattern.compile("-Dtest=(\\w+)");

	private final List<Located> commands = MarkdownPage.all()
		.stream()
		.flatMap((page) -> Stream.concat(page.inlineCode().stream(), shell(page)))
		.filter((command) -> COMMAND.matcher(command.value()).matches())
		.toList();

	private static Stream<Located> shell(MarkdownPage page) {
		return page.snippets()
			.stream()
			.filter((snippet) -> snippet.language().equals("shell"))
			.flatMap((snippet) -> snippet.code().lines().map((line) -> new Located(page.path(), snippet.line(), line)));
	}

	@Test
	void scriptsExist() {
		assertThat(named(SCRIPT)).isNotEmpty()
			.allSatisfy((script) -> assertThat(ProjectFiles.ROOT.resolve(script.value())).isExecutable());
	}

	@Test
	void modulesExist() {
		assertThat(named(MODULES)).isNotEmpty().allSatisfy((modules) -> {
			for (String module : modules.value().split(",")) {
				assertThat(ProjectFiles.ROOT.resolve(module).resolve("pom.xml")).exists();
			}
		});
	}

	@Test
	void profilesExist() {
		String poms = ProjectFiles.find((file) -> file.endsWith("pom.xml"))
			.stream()
			.map(ProjectFiles::read)
			.collect(Collectors.joining());
		assertThat(named(PROFILE)).isNotEmpty()
			.allSatisfy((profile) -> assertThat(poms).contains("<id>" + profile.value() + "</id>"));
	}

	@Test
	void testsExist() {
		assertThat(named(TEST)).isNotEmpty()
			.allSatisfy((test) -> assertThat(ProjectFiles.find((file) -> file.endsWith(test.value() + ".java")))
				.isNotEmpty());
	}

	private List<Located> named(Pattern pattern) {
		return this.commands.stream().flatMap((command) -> {
			Matcher matcher = pattern.matcher(command.value());
			return matcher.results()
				.map((match) -> new Located(command.page(), command.line(), match.group(match.groupCount())));
		}).toList();
	}

}
