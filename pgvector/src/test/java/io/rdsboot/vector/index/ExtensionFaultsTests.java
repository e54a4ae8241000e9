package io.rdsboot.vector.index;

import io.rdsboot.vector.schema.ExtensionVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ExtensionFaults}.
 */
class ExtensionFaultsTests {

	@Test
	void oldVersionHasAllFaults() {
		assertThat(describe("0.8.0", "0.8.0")).startsWith("pgvector 0.8.0 has faults that later versions do not have: ")
			.contains("CVE-2026-3172", "(before 0.8.3)", "(before 0.8.4)", "(before 0.8.7)")
			.endsWith("An upgrade of the server to a version with a newer pgvector mends them.");
	}

	@Test
	void versionHasTheFaultsThatWereMendedLater() {
		assertThat(describe("0.8.3", null)).doesNotContain("CVE", "0.8.2").contains("(before 0.8.4)");
	}

	@Test
	void versionOfTheServerMendsThoseOfTheDatabase() {
		assertThat(describe("0.8.4", "0.8.10"))
			.endsWith("The server has 0.8.10; run as the owner of the extension: ALTER EXTENSION vector UPDATE;");
	}

	@Test
	void newVersionHasNone() {
		assertThat(describe("0.8.7", "0.8.7")).isNull();
		assertThat(describe("0.8.10", "0.9.0")).isNull();
		assertThat(describe("1.0", null)).isNull();
	}

	private static @Nullable String describe(String installed, @Nullable String available) {
		return ExtensionFaults.describe(new ExtensionVersion(installed),
				(available != null) ? new ExtensionVersion(available) : null);
	}

}
