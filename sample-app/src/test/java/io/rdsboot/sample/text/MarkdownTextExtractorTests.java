package io.rdsboot.sample.text;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MarkdownTextExtractorTests {

	private final TextExtractor extractor = new MarkdownTextExtractor();

	@Test
	void extractWhenHeadingsAreNestedKeepsTheirPath() {
		List<Section> sections = this.extractor.extract("""
				Before all.

				# Guide
				## Pools
				A pool *keeps* [connections](http://example.org).

				- one
				- two

				# Other
				End.
				""");
		assertThat(sections).containsExactly(new Section(List.of(), "Before all."),
				new Section(List.of("Guide", "Pools"), sections.get(1).text()), new Section(List.of("Other"), "End."));
		assertThat(sections.get(1).text()).startsWith("A pool keeps ")
			.contains("connections", "one", "two")
			.doesNotContain("*keeps*", "](");
	}

	@Test
	void extractWhenCodeHasHashesDoesNotTakeThemForHeadings() {
		List<Section> sections = this.extractor.extract("""
				# Run
				```sh
				# not a heading
				make help
				```
				""");
		assertThat(sections).singleElement()
			.satisfies((section) -> assertThat(section.headings()).containsExactly("Run"))
			.satisfies((section) -> assertThat(section.text()).contains("# not a heading", "make help"));
	}

	@Test
	void extractWhenEmptyReturnsNothing() {
		assertThat(this.extractor.extract(" \n\n")).isEmpty();
	}

}
