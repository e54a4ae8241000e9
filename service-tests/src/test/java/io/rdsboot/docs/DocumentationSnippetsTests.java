package io.rdsboot.docs;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import io.rdsboot.docs.MarkdownPage.Snippet;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that the Java snippets of the documentation compile. Those of the sample are
 * tested there, because they use its types.
 */
class DocumentationSnippetsTests {

	@Test
	void javaCompiles() {
		List<Snippet> snippets = MarkdownPage.all()
			.stream()
			.filter((page) -> !page.path().startsWith(Path.of("sample-app")))
			.flatMap((page) -> page.snippets().stream())
			.filter((snippet) -> snippet.language().equals("java"))
			.toList();
		assertThat(snippets).hasSizeGreaterThan(15);
		assertThat(new SnippetCompiler().compile(snippets)).isEmpty();
	}

	@Test
	void jsonAndXmlAreWellFormed() {
		for (MarkdownPage page : MarkdownPage.all()) {
			for (Snippet snippet : page.snippets()) {
				switch (snippet.language()) {
					case "json" -> assertThatNoException().as(snippet.toString())
						.isThrownBy(() -> new JsonMapper().readTree(snippet.code()));
					case "xml" -> assertThatNoException().as(snippet.toString())
						.isThrownBy(() -> DocumentBuilderFactory.newInstance()
							.newDocumentBuilder()
							.parse(new InputSource(new StringReader("<x>" + snippet.code() + "</x>"))));
					default -> {
						// Tested elsewhere, or no language that has a grammar here.
					}
				}
			}
		}
	}

	@Test
	void mistakesAreFound() {
		List<Snippet> snippets = List.of(
				new Snippet(Path.of("page.md"), 7, "java", "jdbc.sql(\"SELECT 1\").query().listOfRows();\n"),
				new Snippet(Path.of("page.md"), 20, "java", "int one = 1;\n\nlong lines = documents.size();\n"),
				new Snippet(Path.of("page.md"), 40, "java", "@Bean\nNowhere nowhere() {\n\treturn null;\n}\n"));
		assertThat(new SnippetCompiler().compile(snippets)).satisfiesExactlyInAnyOrder(
				(problem) -> assertThat(problem).startsWith("page.md:23: ").contains("size()"),
				(problem) -> assertThat(problem).startsWith("page.md:42: ").contains("Nowhere"));
	}

}
