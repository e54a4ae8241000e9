package io.rdsboot.docs;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the figures of the README are those of the last benchmarks.
 */
class ReadmeFiguresTests {

	private static final Pattern ROW = Pattern.compile("^\\| [^|]+ \\| ([^|]+) \\|$", Pattern.MULTILINE);

	private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

	@Test
	void figuresAreThoseOfTheBenchmarks() {
		String readme = MarkdownPage.read(ProjectFiles.ROOT.resolve("README.md")).text();
		String costs = readme.substring(readme.indexOf("\n## What it costs"), readme.indexOf("\n## Documentation"));
		List<String> figures = ROW.matcher(costs)
			.results()
			.flatMap((row) -> NUMBER.matcher(row.group(1)).results())
			.map(MatchResult::group)
			.toList();
		List<String> measured = NUMBER
			.matcher(MarkdownPage.read(ProjectFiles.ROOT.resolve("benchmarks/README.md")).text())
			.results()
			.map(MatchResult::group)
			.toList();
		assertThat(figures).hasSizeGreaterThan(20).isSubsetOf(measured);
	}

}
