package io.rdsboot.test.server;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RolePassword}.
 */
class RolePasswordTests {

	private static final String PROPERTY = "rds.local.scram-iterations";

	private final String before = System.getProperty(PROPERTY, "");

	@AfterEach
	void restore() {
		if (this.before.isEmpty()) {
			System.clearProperty(PROPERTY);
		}
		else {
			System.setProperty(PROPERTY, this.before);
		}
	}

	@Test
	void iterationsAreThoseOfPostgresUnlessFewerAreSet() {
		System.clearProperty(PROPERTY);
		assertThat(RolePassword.literal("it's")).startsWith("'SCRAM-SHA-256$4096:").doesNotContain("it's");
		System.setProperty(PROPERTY, "1");
		assertThat(RolePassword.literal("it's")).startsWith("'SCRAM-SHA-256$1:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "-1", "many", "10000000" })
	void iterationsMustBeANumber(String value) {
		System.setProperty(PROPERTY, value);
		assertThatIllegalArgumentException().isThrownBy(() -> RolePassword.literal("password"))
			.withMessage("System property rds.local.scram-iterations is '%s', and must be a number from 1 to 9999999",
					value);
	}

}
