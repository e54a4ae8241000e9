package io.rdsboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.validation.RdsPropertiesValidator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests of the configuration metadata that the build generates, which is what users see
 * when they complete a key.
 */
class ConfigurationMetadataTests {

	private static List<JsonNode> properties;

	@BeforeAll
	static void read() throws IOException {
		try (InputStream metadata = RdsProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			JsonNode root = new JsonMapper().readTree(Objects.requireNonNull(metadata));
			properties = StreamSupport.stream(root.get("properties").spliterator(), false)
				.filter((property) -> property.get("name").asString().startsWith("rds."))
				.toList();
		}
	}

	@Test
	void everyKeyHasADescriptionWordedAsBootWordsIt() {
		assertThat(properties).hasSizeGreaterThan(40).allSatisfy((property) -> {
			assertThat(property.path("description").asString("")).as(property.get("name").asString())
				.isNotBlank()
				.endsWith(".")
				.doesNotStartWith("The ")
				.doesNotStartWith("A ");
			if (property.path("type").asString("").endsWith("Boolean")) {
				assertThat(property.path("description").asString()).startsWith("Whether ");
			}
		});
	}

	@Test
	void noKeyIsGivenWithoutAFieldBehindIt() {
		assertThat(properties).allSatisfy(
				(property) -> assertThat(property.has("sourceType")).as(property.get("name").asString()).isTrue());
	}

	@Test
	void everyKeyIsKnownToTheValidator() {
		assertThat(properties).allSatisfy((property) -> {
			String name = property.get("name").asString();
			GenericApplicationContext context = new GenericApplicationContext();
			boolean map = property.path("type").asString("").startsWith("java.util.Map");
			TestPropertyValues.of((map ? name + ".any" : name) + "=0s").applyTo(context);
			assertThatNoException().as(name).isThrownBy(() -> new RdsPropertiesValidator().initialize(context));
		});
	}

	@Test
	void defaultsOfPoolSettingsAreTheActualOnes() {
		RdsPoolProperties pool = new RdsPoolProperties();
		assertThat(defaultOf("rds.pool.connection-timeout")).isEqualTo(seconds(pool.getConnectionTimeout()));
		assertThat(defaultOf("rds.pool.validation-timeout")).isEqualTo(seconds(pool.getValidationTimeout()));
		assertThat(defaultOf("rds.pool.reader.connection-timeout"))
			.isEqualTo(seconds(pool.getReader().getConnectionTimeout()));
		assertThat(defaultOf("rds.pool.fail-fast")).isEqualTo(String.valueOf(pool.getFailFast()));
	}

	private static String seconds(Duration duration) {
		return duration.toSeconds() + "s";
	}

	private static String defaultOf(String name) {
		return properties.stream()
			.filter((property) -> property.get("name").asString().equals(name))
			.map((property) -> property.path("defaultValue").asString())
			.findFirst()
			.orElseThrow();
	}

}
