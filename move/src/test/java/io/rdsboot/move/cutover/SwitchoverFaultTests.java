package io.rdsboot.move.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.test.LocalRdsMoveDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of switches whose coordinator dies or freezes at any of its calls to a server.
 */
@Execution(ExecutionMode.CONCURRENT)
class SwitchoverFaultTests {

	private static final Logger logger = LoggerFactory.getLogger(SwitchoverFaultTests.class);

	private static final Duration LIMIT = Duration.ofSeconds(40);

	private static final SwitchoverSettings SETTINGS = new SwitchoverSettings(Duration.ofSeconds(1),
			Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMillis(500));

	/**
	 * While all is being prepared, while writes are held, when the other side opens, and
	 * after that.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 80, 115, 130, 145 })
	void oneSideIsWrittenToAndNothingIsLostWhenTheCoordinatorDies(int call) throws Exception {
		run(FaultyDataSource.Fault.death(call));
	}

	@ParameterizedTest
	@ValueSource(ints = { 80, 115, 130, 145 })
	void oneSideIsWrittenToAndNothingIsLostWhenTheCoordinatorFreezes(int call) throws Exception {
		run(FaultyDataSource.Fault.freeze(call));
	}

	private void run(FaultyDataSource.Fault fault) throws Exception {
		try (FollowedMove move = new FollowedMove()) {
			List<String> written = runBeside(move, fault);
			ReplicationLink link = (move.writer() == Side.SOURCE) ? ReplicationLink.between(move.source, move.target)
					: ReplicationLink.between(move.target, move.source);
			Awaitility.await()
				.atMost(LIMIT)
				.untilAsserted(() -> assertThat(link.status()).matches(LinkStatus::isFollowing));
			Awaitility.await().atMost(LIMIT).untilAsserted(() -> move.assertBothHave(written));
		}
	}

	/**
	 * Switch while a service writes, and somebody else writes to both sides.
	 * @return what was written
	 */
	private static List<String> runBeside(FollowedMove move, FaultyDataSource.Fault fault) throws Exception {
		MoveDatabase source = faulty(move.source, move.move.source(), fault);
		MoveDatabase target = faulty(move.target, move.move.target(), fault);
		try (MovingService service = new MovingService(move.move, "one")) {
			Load load = new Load(List.of(service));
			load.awaitMore(20);
			Prober prober = new Prober(move.move.source().applicationDataSource(),
					move.move.target().applicationDataSource());
			try (prober) {
				Thread coordinator = new Thread(() -> coordinate(source, target), "coordinator");
				coordinator.start();
				Awaitility.await().atMost(LIMIT).until(() -> fault.isReached() || !coordinator.isAlive());
				Awaitility.await().atMost(LIMIT).until(() -> isSettled(move));
				load.awaitMore(50);
				fault.thaw();
				coordinator.join();
				Awaitility.await().atMost(LIMIT).until(() -> isSettled(move));
				load.awaitMore(50);
			}
			load.stop();
			assertThat(load.failures).isEmpty();
			prober.assertOneWriter();
			List<String> written = new ArrayList<>(prober.written());
			written.addAll(load.written);
			return written;
		}
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
			logger.info("The coordinator has failed as it should", ex);
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

}
