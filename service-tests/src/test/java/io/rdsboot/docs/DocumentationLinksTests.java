package io.rdsboot.docs;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.docs.MarkdownPage.Located;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that links between the pages, and to files, lead somewhere, and that the index
 * names every page.
 */
class DocumentationLinksTests {

	private final List<MarkdownPage> pages = MarkdownPage.all();

	@Test
	void relativeLinksLeadToFilesAndHeadings() {
		List<Located> links = this.pages.stream()
			.flatMap((page) -> page.links().stream())
			.filter((link) -> URI.create(link.value()).getScheme() == null)
			.toList();
		assertThat(links).hasSizeGreaterThan(40);
		assertThat(links.stream().filter((link) -> !leadsSomewhere(link))).isEmpty();
	}

	private static boolean leadsSomewhere(Located link) {
		URI target = URI.create(link.value());
		Path page = ProjectFiles.ROOT.resolve(link.page());
		Path file = target.getPath().isEmpty() ? page : page.resolveSibling(target.getPath());
		if (!Files.exists(file) || !file.normalize().startsWith(ProjectFiles.ROOT)) {
			return false;
		}
		return target.getFragment() == null || MarkdownPage.read(file).anchors().contains(target.getFragment());
	}

	/**
	 * A page with a part of itself in it once more has headings twice.
	 */
	@Test
	void headingsOfAPageDiffer() {
		assertThat(this.pages)
			.allSatisfy((page) -> assertThat(page.headings()).as(page.path().toString()).doesNotHaveDuplicates());
	}

	@Test
	void indexNamesEveryPage() {
		MarkdownPage index = MarkdownPage.read(ProjectFiles.ROOT.resolve("docs/README.md"));
		Stream<String> others = this.pages.stream()
			.map(MarkdownPage::path)
			.filter((path) -> path.getParent() != null && path.getParent().equals(Path.of("docs")))
			.map((path) -> path.getFileName().toString())
			.filter((name) -> !name.equals("README.md"));
		assertThat(index.links()).extracting(Located::value).containsAll(others.toList());
	}

}
