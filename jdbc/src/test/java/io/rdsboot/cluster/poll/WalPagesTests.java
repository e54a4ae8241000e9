package io.rdsboot.cluster.poll;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WalPages}, with the sizes that PostgreSQL has by default.
 */
class WalPagesTests {

	private final WalPages pages = new WalPages(8192, 16 * 1024 * 1024);

	@ParameterizedTest
	@CsvSource({ "0x3000018, 0x3000018", "0x3002018, 0x3002000", "0x3000028, 0x3000000", "0x3002028, 0x3002028",
			"0x3002020, 0x3002020", "0x3002000, 0x3002000", "0x3001FF8, 0x3001FF8" })
	void positionBehindAHeaderIsWhereThePageBegins(String insertPosition, String endOfReplay) {
		assertThat(this.pages.endOfReplay(Long.decode(insertPosition))).isEqualTo(Long.decode(endOfReplay));
	}

	@Test
	void segmentsOfAnotherSizeBeginElsewhere() {
		assertThat(new WalPages(8192, 64 * 1024 * 1024).endOfReplay(0x3000028)).isEqualTo(0x3000028);
	}

}
