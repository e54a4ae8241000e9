package io.rdsboot.test.spring;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.aot.TestContextAotGenerator;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with {@link LocalRds} that are processed ahead of time.
 */
class LocalRdsAheadOfTimeTests {

	@Test
	void detailsOfTheClusterAreNotGenerated() {
		InMemoryGeneratedFiles generated = new InMemoryGeneratedFiles();
		new TestContextAotGenerator(generated).processAheadOfTime(Stream.of(Processed.class));
		assertThat(generated.getGeneratedFiles(Kind.SOURCE).values())
			.allSatisfy((source) -> assertThat(source.getInputStream()).asString(StandardCharsets.UTF_8)
				.doesNotContain("ForLocalRdsCluster"))
			.anySatisfy(
					(source) -> assertThat(source.getInputStream()).asString(StandardCharsets.UTF_8).contains("url"));
	}

	@LocalRds(readers = 0)
	@SpringJUnitConfig
	static class Processed {

		@Configuration(proxyBeanMethods = false)
		static class Application {

			@Bean
			static String url(JdbcConnectionDetails details) {
				return details.getJdbcUrl();
			}

		}

	}

}
