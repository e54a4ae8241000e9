package io.rdsboot.move.control;

import java.time.Duration;

import io.rdsboot.move.LocalMoveDatabases;
import io.rdsboot.move.Side;
import io.rdsboot.move.control.MoveStatus.Stage;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.cutover.MovingService;
import io.rdsboot.move.state.InstanceState;
import io.rdsboot.test.LocalRdsMove;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DatabaseMove}: a service that goes on to write from the first step to
 * the last.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class DatabaseMoveTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final LocalRdsMove servers = LocalRdsMove.builder().start();

	private final JdbcTemplate inSource = new JdbcTemplate(this.servers.source().applicationDataSource());

	private final JdbcTemplate inTarget = new JdbcTemplate(this.servers.target().applicationDataSource());

	private final DatabaseMove move = DatabaseMove
		.builder(LocalMoveDatabases.source(this.servers), LocalMoveDatabases.target(this.servers))
		.build();

	@BeforeEach
	void fill() {
		this.inSource.execute("""
				CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
				CREATE INDEX by_length ON entry (length(name));
				INSERT INTO entry (name) SELECT 'entry ' || n FROM generate_series(1, 1000) n""");
	}

	@AfterEach
	void stop() {
		this.servers.close();
	}

	@Test
	void serviceWritesFromTheFirstStepToTheLast() throws Exception {
		assertStage(Stage.NOT_BEGUN, Side.SOURCE);
		try (MovingService service = new MovingService(this.servers, "one")) {
			JdbcTemplate jdbc = new JdbcTemplate(service.dataSource());
			assertGoesTo(jdbc, "before", this.inSource);
			assertThat(this.move.bringSchema()).isEmpty();
			this.move.startCopy();
			assertStage(Stage.SOURCE_WRITES, Side.SOURCE);
			awaitCopied();
			assertGoesTo(jdbc, "while the target follows", this.inSource);
			Awaitility.await()
				.atMost(LIMIT)
				.untilAsserted(() -> assertThat(this.move.status().instances()).extracting(InstanceState::id)
					.containsExactly("one"));
			this.move.shareReads(1250);
			assertThat(this.move.status().readShare()).isEqualTo(12.5);
			assertThat(this.move.cutover().writer()).isEqualTo(Side.TARGET);
			assertStage(Stage.TARGET_WRITES, Side.TARGET);
			assertGoesTo(jdbc, "after the cutover", this.inTarget);
			assertClosed(this.inSource);
			assertThat(this.move.back().writer()).isEqualTo(Side.SOURCE);
			assertGoesTo(jdbc, "after the way back", this.inSource);
			assertClosed(this.inTarget);
			this.move.cutover();
			assertGoesTo(jdbc, "after the second cutover", this.inTarget);
			assertThat(this.move.finish()).isEmpty();
			assertStage(Stage.FINISHED, Side.TARGET);
			assertGoesTo(jdbc, "after the end", this.inTarget);
		}
		assertThat(this.inTarget.queryForObject("SELECT count(*) FROM entry", Integer.class)).isEqualTo(1006);
		assertNothingIsLeft(this.inSource);
		assertNothingIsLeft(this.inTarget);
		assertClosed(this.inSource);
		try (MovingService service = new MovingService(this.servers, "started after the end")) {
			assertGoesTo(new JdbcTemplate(service.dataSource()), "and later", this.inTarget);
		}
	}

	@Test
	void whatIsNotDueIsRefusedAndAMoveCanBeCanceled() throws Exception {
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.move::finish)
			.withMessage("Step 'finish' is not taken in stage NOT_BEGUN, but in [TARGET_WRITES, FINISHED]");
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(() -> this.move.shareReads(10_000));
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.move::cutover)
			.withMessage("Step 'cutover' is not taken in stage NOT_BEGUN, but in [SOURCE_WRITES]");
		assertThatIllegalStateException().isThrownBy(this.move::startCopy)
			.withMessageContaining("The copy cannot begin");
		assertStage(Stage.NOT_BEGUN, Side.SOURCE);
		this.move.bringSchema();
		this.move.startCopy();
		awaitCopied();
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.move::back)
			.withMessage("Step 'back' is not taken in stage SOURCE_WRITES, but in [TARGET_WRITES]");
		assertThat(this.move.cancel()).isEmpty();
		assertStage(Stage.NOT_BEGUN, Side.SOURCE);
		assertThat(this.inTarget.queryForObject("SELECT count(*) FROM entry", Integer.class)).isZero();
		assertNothingIsLeft(this.inSource);
		assertNothingIsLeft(this.inTarget);
		this.inTarget.update("INSERT INTO entry (name) VALUES ('not closed any more')");
		this.inSource.update("INSERT INTO entry (name) VALUES ('never closed')");
	}

	@Test
	void nothingIsLeftOfAMoveThatIsCanceledAfterItHasComeBack() throws Exception {
		this.move.bringSchema();
		this.move.startCopy();
		awaitCopied();
		this.move.cutover();
		this.inTarget.update("INSERT INTO entry (name) VALUES ('on the target')");
		this.move.back();
		awaitCopied();
		assertThat(this.move.cancel()).isEmpty();
		assertStage(Stage.NOT_BEGUN, Side.SOURCE);
		assertThat(this.inSource.queryForObject("SELECT count(*) FROM entry", Integer.class)).isEqualTo(1001);
		assertThat(this.inTarget.queryForObject("SELECT count(*) FROM entry", Integer.class)).isZero();
		assertNothingIsLeft(this.inSource);
		assertNothingIsLeft(this.inTarget);
		this.move.startCopy();
		awaitCopied();
		assertThat(this.inTarget.queryForObject("SELECT count(*) FROM entry", Integer.class)).isEqualTo(1001);
	}

	private void awaitCopied() {
		Awaitility.await().atMost(LIMIT).until(() -> {
			this.move.advance();
			CopyProgress copy = this.move.status().copy();
			return copy != null && copy.state() == CopyProgress.State.DONE;
		});
	}

	private void assertStage(Stage stage, Side writer) {
		MoveStatus status = this.move.status();
		assertThat(status.stage()).as(status.toString()).isEqualTo(stage);
		assertThat(status.writer()).isEqualTo(writer);
	}

	private static void assertGoesTo(JdbcTemplate service, String name, JdbcTemplate database) {
		service.update("INSERT INTO entry (name) VALUES (?)", name);
		assertThat(database.queryForObject("SELECT count(*) FROM entry WHERE name = ?", Integer.class, name))
			.isEqualTo(1);
	}

	private static void assertClosed(JdbcTemplate database) {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> database.update("INSERT INTO entry (name) VALUES ('past the service')"))
			.withMessageContaining("table public.entry is closed to writes by a move");
	}

	private static void assertNothingIsLeft(JdbcTemplate database) {
		assertThat(database.queryForList("""
				SELECT subname::text FROM pg_subscription UNION SELECT pubname FROM pg_publication
				UNION SELECT slot_name FROM pg_replication_slots""", String.class)).isEmpty();
	}

}
