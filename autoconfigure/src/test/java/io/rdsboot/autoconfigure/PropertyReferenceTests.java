package io.rdsboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the README's table of properties to the metadata. Run with
 * {@code -Drds.update-readme} to write the table anew.
 */
class PropertyReferenceTests {

	private static final Path README = Path.of("..", "README.md");

	private static final String BEGIN = "<!-- properties: generated from the metadata -->\n";

	private static final String END = "<!-- end of properties -->";

	@Test
	void readmeListsEveryProperty() throws IOException {
		String readme = Files.readString(README);
		int begin = readme.indexOf(BEGIN) + BEGIN.length();
		String expected = readme.substring(0, begin) + table() + readme.substring(readme.indexOf(END));
		if (System.getProperty("rds.update-readme") != null) {
			Files.writeString(README, expected);
		}
		assertThat(Files.readString(README)).as("run PropertyReferenceTests with -Drds.update-readme to mend it")
			.isEqualTo(expected);
	}

	private static String table() throws IOException {
		try (InputStream metadata = RdsProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return StreamSupport
				.stream(new JsonMapper().readTree(Objects.requireNonNull(metadata)).get("properties").spliterator(),
						false)
				.filter((property) -> property.get("name").asString().startsWith("rds."))
				.filter((property) -> !isRoleOverride(property))
				.sorted(Comparator.comparing((property) -> property.get("name").asString()))
				.map(PropertyReferenceTests::row)
				.collect(Collectors.joining("", "| Property | Description | Default |\n|---|---|---|\n", ""));
		}
	}

	/**
	 * The overrides for a role are the settings of {@code rds.pool} once more.
	 */
	private static boolean isRoleOverride(JsonNode property) {
		return property.get("name").asString().matches("rds\\.pool\\.(writer|reader)\\..*");
	}

	private static String row(JsonNode property) {
		String value = property.path("defaultValue").asString("");
		return "| `%s` | %s | %s |\n".formatted(property.get("name").asString(),
				property.path("description").asString().replace("|", "\\|"), value.isEmpty() ? "" : "`" + value + "`");
	}

}
