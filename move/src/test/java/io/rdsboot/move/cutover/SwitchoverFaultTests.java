package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.test.LocalRdsMoveDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of switches whose coordinator dies or freezes at any of its calls to a server.
 */
class SwitchoverFaultTests {

	private static final SwitchoverSettings SETTINGS = new SwitchoverSettings(Duration.ofSeconds(1),
			Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMillis(500));

	@ParameterizedTest
	@MethodSource("calls")
	void whoeverDiesOneSideIsWrittenToAndNothingIsLost(int call) throws Exception {
		try (FollowedMove move = new FollowedMove()) {
			FaultyDataSource.Fault fault = FaultyDataSource.Fault.death(call);
			Outcome outcome = run(move, fault);
			System.out.println("DEATH at " + call + " of " + fault.calls() + " " + fault.call().lines().findFirst()
					+ ": " + outcome);
		}
	}

	@ParameterizedTest
	@MethodSource("calls")
	void whoeverFreezesOneSideIsWrittenToAndNothingIsLost(int call) throws Exception {
		try (FollowedMove move = new FollowedMove()) {
			FaultyDataSource.Fault fault = FaultyDataSource.Fault.freeze(call);
			Outcome outcome = run(move, fault);
			System.out.println("FREEZE at " + call + " of " + fault.calls() + " " + fault.call().lines().findFirst()
					+ ": " + outcome);
		}
	}

	static IntStream calls() {
		return IntStream.of(java.util.Arrays.stream(System.getProperty("rds.calls", "60,70").split(","))
			.mapToInt(Integer::parseInt)
			.toArray());
	}

	private Outcome run(FollowedMove move, FaultyDataSource.Fault fault) throws Exception {
		MoveDatabase source = faulty(move.source, move.move.source(), fault);
		MoveDatabase target = faulty(move.target, move.move.target(), fault);
		List<String> written = new ArrayList<>();
		Outcome outcome;
		try (MovingService service = new MovingService(move.move, "one")) {
			Load load = new Load(List.of(service));
			load.awaitMore(20);
			try (Prober prober = new Prober(move.move.source().applicationDataSource(),
					move.move.target().applicationDataSource())) {
				Thread coordinator = new Thread(() -> coordinate(source, target), "coordinator");
				coordinator.start();
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> fault.isReached() || !coordinator.isAlive());
				Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> isSettled(move));
				load.awaitMore(50);
				fault.thaw();
				coordinator.join();
				load.awaitMore(50);
				Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isSettled(move));
				outcome = new Outcome(move.writer(), load.failures.size());
				prober.close();
				prober.assertOneWriter();
				written.addAll(prober.written());
			}
			load.stop();
			assertThat(load.failures).isEmpty();
			written.addAll(load.written);
		}
		Side writer = outcome.writer();
		ReplicationLink link = (writer == Side.SOURCE) ? ReplicationLink.between(move.source, move.target)
				: ReplicationLink.between(move.target, move.source);
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(link.status().isFollowing()).as(link.status().toString()).isTrue());
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> move.assertBothHave(written));
		return outcome;
	}

	private static boolean isSettled(FollowedMove move) throws SQLException {
		MovePhase source = move.state(Side.SOURCE).phase();
		MovePhase target = move.state(Side.TARGET).phase();
		return (source == MovePhase.OPEN && target == MovePhase.CLOSED)
				|| (source == MovePhase.CLOSED && target == MovePhase.OPEN);
	}

	private static void coordinate(MoveDatabase source, MoveDatabase target) {
		try {
			new Switchover(source, target, SETTINGS, "coordinator").run();
		}
		catch (SwitchoverException ex) {
			System.out.println(ex.getMessage());
		}
	}

	private static MoveDatabase faulty(MoveDatabase database, LocalRdsMoveDatabase local,
			FaultyDataSource.Fault fault) {
		return MoveDatabase.builder(database.side(), new FaultyDataSource(database.dataSource(), fault))
			.address(local.address().host(), local.address().port())
			.database(local.cluster().database())
			.login(local.moverUsername(), local.moverPassword())
			.build();
	}

	private record Outcome(Side writer, int failures) {

	}

}
