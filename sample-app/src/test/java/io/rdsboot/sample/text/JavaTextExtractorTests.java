package io.rdsboot.sample.text;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JavaTextExtractorTests {

	private final TextExtractor extractor = new JavaTextExtractor();

	@Test
	void extractMakesSectionForEachMethodWithoutImports() {
		List<Section> sections = this.extractor.extract("""
				package example;

				import java.util.List;

				/**
				 * Keeper of {@code things}.
				 */
				public class Box {

					private int size;

					/** Opens it. */
					void open() {
						this.size++;
					}

					enum Color {

						/** Like blood. */
						RED

					}

				}
				""");
		assertThat(sections).extracting(Section::headings)
			.containsExactly(List.of("Box"), List.of("Box", "open"), List.of("Box", "Color"));
		assertThat(sections.get(0).text()).contains("Keeper of things.", "public class Box", "private int size;")
			.doesNotContain("import", "package", "open()");
		assertThat(sections.get(1).text()).contains("Opens it.", "this.size++;");
		assertThat(sections.get(2).text()).contains("Like blood.", "RED");
	}

	@Test
	void extractWhenMethodIsIndentedStripsIndentation() {
		List<Section> sections = this.extractor.extract("class A {\n\tvoid b() {\n\t\tc();\n\t}\n}\n");
		assertThat(sections.get(1).text()).isEqualTo("void b() {\n\tc();\n}");
	}

	@Test
	void extractWhenBrokenReadsItAsPlainText() {
		String broken = "public final nonsense {{{ here";
		assertThat(this.extractor.extract(broken)).containsExactly(new Section(List.of(), broken));
	}

	@Test
	void extractWhenOnlyPackageReadsItAsPlainText() {
		assertThat(this.extractor.extract("/** Parts of it. */\npackage example;\n")).singleElement()
			.satisfies((section) -> assertThat(section.text()).contains("Parts of it."));
	}

}
