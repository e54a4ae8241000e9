package io.rdsboot.pool.login;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ApplicationName}.
 */
class ApplicationNameTests {

	@Test
	void nameThatFitsStays() {
		assertThat(ApplicationName.truncated("orders")).isEqualTo("orders");
		assertThat(ApplicationName.truncated("x".repeat(63))).hasSize(63);
		assertThat(ApplicationName.truncated("")).isEmpty();
	}

	@Test
	void longNameEndsWithAWholeCharacter() {
		assertThat(ApplicationName.truncated("x".repeat(64))).hasSize(63);
		assertThat(ApplicationName.truncated("x".repeat(62) + "é")).isEqualTo("x".repeat(62));
		assertThat(ApplicationName.truncated("\uD83D\uDE00".repeat(20))).isEqualTo("\uD83D\uDE00".repeat(15));
	}

	@Test
	void suffixStaysWhole() {
		assertThat(ApplicationName.withSuffix(null, "monitor")).isEqualTo("monitor");
		assertThat(ApplicationName.withSuffix("orders", "monitor")).isEqualTo("orders/monitor");
		String name = ApplicationName.withSuffix("é".repeat(40), "monitor");
		assertThat(name).endsWith("é/monitor");
		assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(62, 63);
	}

}
