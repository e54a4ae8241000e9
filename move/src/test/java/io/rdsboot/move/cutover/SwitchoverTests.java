package io.rdsboot.move.cutover;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.Side;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Switchover}, under load of a service with two instances.
 */
@Timeout(180)
class SwitchoverTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private FollowedMove move;

	@BeforeEach
	void follow() throws SQLException {
		this.move = new FollowedMove();
	}

	@AfterEach
	void stop() {
		this.move.close();
	}

	@Test
	void writesGoOnAtTheTargetAndBackAndNoneIsLostOrDoubled() throws Exception {
		try (MovingService one = new MovingService(this.move.move, "one");
				MovingService two = new MovingService(this.move.move, "two")) {
			Load load = new Load(List.of(one, two));
			load.awaitMore(200);
			assertThat(switchToTarget().writer()).isEqualTo(Side.TARGET);
			load.awaitMore(200);
			SwitchoverReport back = new Switchover(this.move.target, this.move.source, SwitchoverSettings.DEFAULTS,
					"test")
				.run();
			assertThat(back.writer()).isEqualTo(Side.SOURCE);
			load.awaitMore(200);
			load.stop();
			assertThat(load.failures).isEmpty();
			Awaitility.await().atMost(LIMIT).untilAsserted(() -> this.move.assertBothHave(List.copyOf(load.written)));
		}
	}

	@Test
	void transactionThatTakesLongerThanASwitchWaitsIsEnded() throws Exception {
		// The copy makes the triggers; to make them now would have to wait for it.
		new WriteFence(this.move.source, LIMIT).install(false, LIMIT);
		try (MovingService service = new MovingService(this.move.move, "one", Duration.ofMillis(200));
				Connection connection = service.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("INSERT INTO entry (name) VALUES ('too long')");
				assertThat(switchToTarget().writer()).isEqualTo(Side.TARGET);
				assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
			}
		}
		this.move.assertBothHave(List.of());
	}

	private SwitchoverReport switchToTarget() {
		return new Switchover(this.move.source, this.move.target, SwitchoverSettings.DEFAULTS, "test").run();
	}

}
