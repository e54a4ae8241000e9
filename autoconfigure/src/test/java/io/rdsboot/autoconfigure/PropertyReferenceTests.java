package io.rdsboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.rdsboot.autoconfigure.cluster.RdsProperties;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the documentation's table of properties is that of the metadata. Run with
 * {@code -Drds.update-properties} to write the table anew.
 */
class PropertyReferenceTests {

	private static final Path PAGE = Path.of("..", "docs", "properties.md");

	private static final String BEGIN = "<!-- properties: generated from the metadata -->\n";

	private static final String END = "<!-- end of properties -->";

	@Test
	void pageListsEveryProperty() throws IOException {
		String page = Files.readString(PAGE);
		int begin = page.indexOf(BEGIN) + BEGIN.length();
		String expected = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
		if (System.getProperty("rds.update-properties") != null) {
			Files.writeString(PAGE, expected);
		}
		assertThat(Files.readString(PAGE)).as("run PropertyReferenceTests with -Drds.update-properties to mend it")
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
