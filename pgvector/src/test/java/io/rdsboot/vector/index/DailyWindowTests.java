package io.rdsboot.vector.index;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link DailyWindow}.
 */
class DailyWindowTests {

	@ParameterizedTest
	@CsvSource({ "01:30-05:00, 01:30:00, true", "01:30-05:00, 04:59:59, true", "01:30-05:00, 05:00:00, false",
			"01:30-05:00, 01:29:59, false", "23:00-02:00, 23:30:00, true", "23:00-02:00, 01:59:59, true",
			"23:00-02:00, 02:00:00, false", "23:00-02:00, 22:59:59, false", "22:00 - 00:00, 23:59:59, true",
			"22:00 - 00:00, 00:00:00, false" })
	void momentsWithinTheWindow(String window, String time, boolean within) {
		assertThat(DailyWindow.parse(window).contains(Instant.parse("2026-11-30T" + time + "Z"))).isEqualTo(within);
	}

	@Test
	void windowIsPrintedAsItIsParsed() {
		assertThat(DailyWindow.parse(" 01:30 - 05:00 ")).hasToString("01:30-05:00");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "01:30", "1:30-5:00", "01:30-25:00", "01:30-02:00-03:00", "at night" })
	void textThatIsNoWindowIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> DailyWindow.parse(text))
			.withMessage("a daily window must be two times of the day in UTC, such as '01:30-05:00', but is '%s'"
				.formatted(text));
	}

	@Test
	void windowThatNeverEndsIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> DailyWindow.parse("02:00-02:00"))
			.withMessage("a daily window must not begin when it ends, but is '02:00-02:00'");
	}

}
