package io.rdsboot.benchmarks.report;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Report}.
 */
class ReportTests {

	private static final Figure AT_LIMIT = new Figure("p50", 1.05, 1.05, "remark");

	private static final Figure ABOVE_LIMIT = new Figure("p99", 1.501, 1.5, "");

	@Test
	void metWhenFigureIsAtItsLimitIsTrue() {
		assertThat(new Report("Title", List.of(AT_LIMIT)).met()).isTrue();
	}

	@Test
	void metWhenOneFigureIsAboveItsLimitIsFalse() {
		assertThat(new Report("Title", List.of(AT_LIMIT, ABOVE_LIMIT)).met()).isFalse();
	}

	@Test
	void toStringWhenTargetIsMissedSaysWhich() {
		assertThat(new Report("Title", List.of(AT_LIMIT, ABOVE_LIMIT)).toString().lines().map(String::stripTrailing))
			.containsExactly("", "Title", "     measured    target", "p50     1.050   <= 1.05  met     remark",
					"p99     1.501   <= 1.50  MISSED");
	}

	@Test
	void toStringWhenFigureHasNoTargetJudgesNothing() {
		Report report = new Report("Title", List.of(Figure.withoutTarget("p50", Double.POSITIVE_INFINITY, "remark")));
		assertThat(report.met()).isTrue();
		assertThat(report.toString().lines().map(String::stripTrailing)).containsExactly("", "Title",
				"     measured    target", "p50  Infinity                    remark");
	}

}
