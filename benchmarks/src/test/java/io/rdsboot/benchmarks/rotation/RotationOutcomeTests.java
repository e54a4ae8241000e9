package io.rdsboot.benchmarks.rotation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RotationOutcome} and {@link Borrows}.
 */
class RotationOutcomeTests {

	private static final ConnectionSource REFUSING = new ConnectionSource() {

		@Override
		public Connection getConnection() throws SQLException {
			throw new SQLException("refused");
		}

		@Override
		public void close() {
		}

	};

	private final RotationOutcome outcome = new RotationOutcome();

	@Test
	void borrowWhenRefusedIsCountedWithItsTime() {
		Borrows borrows = new Borrows();
		assertThat(borrows.borrow(REFUSING)).isNull();
		assertThat(borrows.count()).isEqualTo(1);
		assertThat(borrows.failed()).isEqualTo(1);
		assertThat(borrows.longest()).isPositive();
	}

	@Test
	void failedWhenThereAreSeveralRotationsIsTheirSum() {
		this.outcome.add(refused(2), refused(1), 0, Duration.ofSeconds(1));
		this.outcome.add(refused(3), refused(1), 0, Duration.ofSeconds(1));
		assertThat(this.outcome.failed()).isEqualTo(5);
		assertThat(this.outcome.borrows()).startsWith("5 borrows, the longest 0.");
	}

	@Test
	void lookUpsASecondWhenThereAreSeveralRotationsIsTheirMean() {
		this.outcome.add(refused(1), refused(1), 4, Duration.ofSeconds(10));
		this.outcome.add(refused(1), refused(1), 2, Duration.ofSeconds(20));
		assertThat(this.outcome.lookUpsASecond()).isEqualTo(0.2);
	}

	private static Borrows refused(int times) {
		Borrows all = new Borrows();
		for (int i = 0; i < times; i++) {
			Borrows one = new Borrows();
			assertThat(one.borrow(REFUSING)).isNull();
			all.add(one);
		}
		return all;
	}

}
