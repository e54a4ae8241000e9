package io.rdsboot.docs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.docs.MarkdownPage.Located;
import io.rdsboot.docs.MarkdownPage.Snippet;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the configuration that the documentation shows can be bound, and that the
 * properties it names exist.
 */
class DocumentationPropertiesTests {

	/**
	 * A property, with or without a value. Meters and system properties have such names
	 * too, and stand in the sources.
	 */
	private static final Pattern PROPERTY = Pattern
		.compile("(?<name>(rds|spring|management|server)(\\.[a-z0-9<>\\[\\]-]+)+)(\\.\\*)?((: |=).*)?");

	private final KnownNames known = new KnownNames();

	@Test
	void configurationIsBound() {
		List<Snippet> snippets = MarkdownPage.all()
			.stream()
			.flatMap((page) -> page.snippets().stream())
			.filter((snippet) -> snippet.language().equals("yaml") || snippet.language().equals("properties"))
			.toList();
		assertThat(snippets).hasSizeGreaterThan(10);
		assertThat(snippets.stream().flatMap((snippet) -> problems(snippet).stream())).isEmpty();
	}

	@Test
	void mistakesAreFound() {
		assertThat(problems(new Snippet(Path.of("page.md"), 3, "yaml", "rds:\n  routing:\n    max-lagg: 1s\n")))
			.isNotEmpty();
		assertThat(problems(new Snippet(Path.of("page.md"), 3, "yaml", "rds:\n  routing:\n    max-lag: soon\n")))
			.isNotEmpty();
		assertThat(problems(new Snippet(Path.of("page.md"), 3, "properties", "spring.flyway.usr=owner\n")))
			.isNotEmpty();
		assertThat(problems(new Snippet(Path.of("page.md"), 3, "yaml",
				"rds:\n  vector:\n    repositories:\n      documents: { dimension: 3 }\n")))
			.isNotEmpty();
	}

	private List<String> problems(Snippet snippet) {
		List<String> problems = new ArrayList<>();
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		for (PropertySource<?> source : load(snippet)) {
			environment.getPropertySources().addLast(source);
			Stream.of(((EnumerablePropertySource<?>) source).getPropertyNames())
				.filter((name) -> !this.known.isProperty(name))
				.forEach((name) -> problems.add("%s: there is no property %s".formatted(snippet, name)));
		}
		this.known.types().forEach((prefix, type) -> {
			try {
				Binder.get(environment).bind(prefix, Bindable.of(type), handler(prefix));
			}
			catch (RuntimeException ex) {
				problems.add("%s: %s: %s".formatted(snippet, ex.getMessage(), ex.getCause()));
			}
		});
		return problems;
	}

	/**
	 * Returns what refuses unknown names, also those below a map. The groups below
	 * {@code rds} have classes of their own.
	 */
	private static BindHandler handler(String prefix) {
		return prefix.equals("rds") ? BindHandler.DEFAULT : new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
	}

	@Test
	void propertiesThatAreNamedExist() {
		String sources = Sources.all();
		List<Located> names = MarkdownPage.all()
			.stream()
			.filter((page) -> !page.path().endsWith("CHANGELOG.md"))
			.flatMap((page) -> page.inlineCode().stream())
			.filter((code) -> PROPERTY.matcher(code.value()).matches())
			.toList();
		assertThat(names).hasSizeGreaterThan(100);
		assertThat(names.stream().filter((code) -> {
			Matcher matcher = PROPERTY.matcher(code.value());
			matcher.matches();
			// Micrometer adds the suffix to what is under way.
			String name = matcher.group("name").replaceFirst("\\.active$", "");
			return !this.known.isGroup(name) && !sources.contains('"' + name + '"');
		})).isEmpty();
	}

	private static List<PropertySource<?>> load(Snippet snippet) {
		PropertySourceLoader loader = snippet.language().equals("yaml") ? new YamlPropertySourceLoader()
				: new PropertiesPropertySourceLoader();
		try {
			return loader.load(snippet.toString(), new ByteArrayResource(snippet.code().getBytes()));
		}
		catch (IOException | RuntimeException ex) {
			throw new AssertionError(snippet + " cannot be read", ex);
		}
	}

}
