package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Short run of {@link AliasSoak}: whether rows add up, and not how soon writes are back,
 * which is measured where nothing else is at work.
 */
class AliasSoakTests {

	@Test
	void everyRowAddsUp() throws SQLException, InterruptedException {
		assertThat(new AliasSoak(Duration.ofSeconds(12), 7).run().figures()).filteredOn((figure) -> figure.limit() == 0)
			.hasSize(5)
			.allSatisfy((figure) -> assertThat(figure.value()).as(figure.name() + " " + figure.remark()).isZero());
	}

}
