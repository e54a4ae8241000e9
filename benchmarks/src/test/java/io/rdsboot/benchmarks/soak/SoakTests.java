package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.benchmarks.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Short runs of {@link AliasSoak} and {@link PoolerSoak}: whether rows add up, and not
 * how soon writes are back, which is measured where nothing else is at work.
 */
class SoakTests {

	private static final Duration DURATION = Duration.ofSeconds(12);

	@Test
	void everyRowAddsUpBehindAliases() throws SQLException, InterruptedException {
		assertThatEveryRowAddsUp(AliasSoak.run(new SoakCourse(DURATION, 7)));
	}

	@Test
	@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
	void everyRowAddsUpBehindPooler() throws SQLException, InterruptedException {
		assertThatEveryRowAddsUp(PoolerSoak.run(new SoakCourse(DURATION, 5), false));
	}

	private static void assertThatEveryRowAddsUp(Report report) {
		assertThat(report.figures()).filteredOn((figure) -> figure.limit() == 0)
			.hasSize(5)
			.allSatisfy((figure) -> assertThat(figure.value()).as(figure.name() + " " + figure.remark()).isZero());
	}

}
