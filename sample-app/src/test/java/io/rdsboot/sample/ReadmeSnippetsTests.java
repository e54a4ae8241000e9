package io.rdsboot.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.vector.text.TextEmbedder;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the Java snippets of the sample's README are code that compiles: each of
 * their paragraphs stands in this file.
 */
class ReadmeSnippetsTests {

	private static final Path SOURCE = Path.of("src/test/java",
			ReadmeSnippetsTests.class.getName().replace('.', '/') + ".java");

	private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void snippetsCompile() throws IOException {
		String source = inOneLine(Files.readString(SOURCE));
		List<String> paragraphs = new ArrayList<>();
		Matcher snippets = SNIPPET.matcher(Files.readString(Path.of("README.md")));
		while (snippets.find()) {
			paragraphs.addAll(List.of(snippets.group(1).split("\n\\s*\n")));
		}
		assertThat(paragraphs).isNotEmpty()
			.allSatisfy((paragraph) -> assertThat(source).contains(inOneLine(paragraph)));
	}

	private static String inOneLine(String text) {
		return text.strip().replaceAll("\\s+", " ");
	}

	/**
	 * The snippet on the embedding.
	 */
	static class ModelConfiguration {

		@Bean
		TextEmbedder modelEmbedder(Model model) {
			return new TextEmbedder() {

				@Override
				public String model() {
					return "acme-embed-3";
				}

				@Override
				public OptionalInt dimensions() {
					return OptionalInt.of(1024);
				}

				@Override
				public List<float[]> embed(List<String> texts) {
					return model.embed(texts);
				}

			};
		}

	}

	/**
	 * Stands for the client of a model.
	 */
	interface Model {

		List<float[]> embed(List<String> texts);

	}

}
