package io.rdsboot.move.copy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.AbstractMoveTests;
import io.rdsboot.move.LocalMoveDatabases;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.move.copy.CopyProgress.State;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.schema.MoveSchema;
import io.rdsboot.test.LocalRdsMove;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link MoveCopy}.
 */
class MoveCopyTests extends AbstractMoveTests {

	private static final String SCHEMA = """
			CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, embedding vector(3));
			CREATE INDEX item_name ON item (name);
			CREATE UNIQUE INDEX item_both ON item (name, id);
			CREATE INDEX item_embedding ON item USING hnsw (embedding vector_l2_ops) WITH (m = 8);
			CREATE SCHEMA "Shop";
			CREATE TABLE "Shop".part (id int, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
			CREATE TABLE "Shop".part_1 PARTITION OF "Shop".part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
			CREATE INDEX part_note ON "Shop".part (note);
			CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text, description text, success boolean);
			INSERT INTO flyway_schema_history VALUES (1, '1', 'begin', true)""";

	private final MoveCopy copy = MoveCopy.builder(source, target).limit(Duration.ofSeconds(20)).build();

	@BeforeEach
	void createTables() {
		inSource.execute(SCHEMA);
		inTarget.execute(SCHEMA);
		inSource.execute(
				"INSERT INTO item (name, embedding) SELECT 'item ' || i, ARRAY[i, i, 1]::vector FROM generate_series(1, 1000) i");
		inSource.execute("INSERT INTO \"Shop\".part SELECT i, '2026-05-01', 'note' FROM generate_series(1, 100) i");
		inSource.execute("ANALYZE item, \"Shop\".part");
	}

	private CopyProgress copied() {
		return awaiting().until(this.copy::advance, (progress) -> progress.state() == State.DONE);
	}

	@Test
	void tablesAreCopiedAndTheirIndexesComeBack() throws SQLException {
		assertThat(this.copy.progress().state()).isEqualTo(State.NOT_STARTED);
		this.copy.start();
		assertThat(this.copy.progress().indexes()).containsExactly("\"Shop\".part_note", "public.item_embedding",
				"public.item_name");
		assertThat(indexes()).containsExactly("flyway_schema_history_pkey", "item_both", "item_pkey", "part_1_pkey",
				"part_pkey");
		CopyProgress done = copied();
		assertThat(done.tables()).extracting((table) -> table.table().toString())
			.containsExactly("public.item", "Shop.part");
		assertThat(done.tables().get(0).rows()).isEqualTo(1000);
		assertThat(done.copiedBytes()).isEqualTo(done.totalBytes()).isPositive();
		assertThat(done.left()).isEqualTo(Duration.ZERO);
		assertThat(count("item")).isEqualTo(1000);
		assertThat(count("\"Shop\".part_1")).isEqualTo(100);
		assertThat(count("flyway_schema_history")).isEqualTo(1);
		assertThat(MoveSchema.builder(source, target).build().compare()).isEmpty();
		inSource.execute("UPDATE item SET name = 'changed' WHERE id = 1");
		awaiting().until(() -> inTarget.queryForObject("SELECT name FROM item WHERE id = 1", String.class),
				"changed"::equals);
		this.copy.start();
		assertThat(this.copy.progress().state()).as("started again").isEqualTo(State.DONE);
		this.copy.forget();
		assertThat(this.copy.progress().state()).isEqualTo(State.NOT_STARTED);
	}

	private static List<String> indexes() {
		return inTarget.queryForList(
				"SELECT indexname FROM pg_indexes WHERE schemaname IN ('public', 'Shop') ORDER BY indexname",
				String.class);
	}

	private static long count(String table) {
		return inTarget.queryForObject("SELECT count(*) FROM " + table, Long.class);
	}

	@Test
	void aCopyThatIsCanceledLeavesTheTargetAsItWas() throws SQLException {
		List<String> before = indexes();
		this.copy.start();
		assertThat(this.copy.cancel()).isEmpty();
		assertThat(count("item")).isZero();
		assertThat(count("flyway_schema_history")).isEqualTo(1);
		assertThat(indexes()).isEqualTo(before);
		assertThat(MoveSchema.builder(source, target).build().compare()).isEmpty();
		assertThat(this.copy.progress().state()).isEqualTo(State.NOT_STARTED);
		assertThat(inSource.queryForList("SELECT slot_name FROM pg_replication_slots")).isEmpty();
		assertThat(this.copy.cancel()).as("canceled again").isEmpty();
		this.copy.start();
		copied();
		assertThat(count("item")).isEqualTo(1000);
		assertThat(this.copy.cancel()).isEmpty();
	}

	@Test
	void anotherProcessGoesOnAfterACrashBetweenTwoSteps() throws SQLException {
		LocalMoveDatabases.asAdministrator(move.target(),
				"""
						CREATE FUNCTION halt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''process ended''; END';
						CREATE EVENT TRIGGER halt ON ddl_command_start WHEN TAG IN ('CREATE SUBSCRIPTION') EXECUTE FUNCTION halt()""");
		try {
			assertThat(catchThrowable(this.copy::start)).hasMessageContaining("process ended");
			assertThat(this.copy.progress().state()).isEqualTo(State.COPYING);
			assertThat(this.copy.progress().indexes()).hasSize(3);
		}
		finally {
			LocalMoveDatabases.asAdministrator(move.target(), "DROP EVENT TRIGGER halt; DROP FUNCTION halt");
		}
		MoveCopy another = MoveCopy.builder(source, target).build();
		another.start();
		awaiting().until(another::advance, (progress) -> progress.state() == State.DONE);
		assertThat(count("item")).isEqualTo(1000);
		assertThat(MoveSchema.builder(source, target).build().compare()).isEmpty();
	}

	@Test
	void anIndexThatWasHalfBuiltIsBuiltAnew() throws SQLException {
		this.copy.start();
		awaiting().until(this.copy::progress, (progress) -> progress.state() == State.INDEXING);
		LocalMoveDatabases.asAdministrator(move.target(), """
				CREATE INDEX item_name ON item (name);
				UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'item_name'::regclass""");
		copied();
		assertThat(inTarget.queryForList("SELECT indexrelid FROM pg_index WHERE NOT indisvalid")).isEmpty();
	}

	@Test
	void aSourceThatIsSuspendedInMidCopyGoesOnWhenItIsBack() throws SQLException {
		inSource.execute("INSERT INTO item (name) SELECT 'more ' || i FROM generate_series(1, 200000) i");
		this.copy.start();
		awaitCopying();
		move.source().suspend();
		try {
			CopyProgress paused = this.copy.progress();
			assertThat(paused.state()).isNotEqualTo(State.STOPPED);
			assertThat(paused.reason()).startsWith("No connection to the source");
		}
		finally {
			move.source().resume();
		}
		copied();
		assertThat(count("item")).isEqualTo(201_000);
	}

	@Test
	void aTargetThatIsRestartedInMidCopyGoesOn() throws SQLException {
		inSource.execute("INSERT INTO item (name) SELECT 'more ' || i FROM generate_series(1, 200000) i");
		this.copy.start();
		awaitCopying();
		move.target().restart();
		copied();
		assertThat(count("item")).isEqualTo(201_000);
	}

	private void awaitCopying() {
		awaiting().pollInterval(Duration.ofMillis(10)).until(() -> this.copy.progress().tables().get(0).rows() > 0);
	}

	@Test
	void theCopyIsStoppedRatherThanTheSourcesDiskFilled() throws SQLException {
		MoveCopy bounded = MoveCopy.builder(source, target).maxRetainedBytes(4 << 20).build();
		bounded.start();
		awaiting().until(bounded::advance, (progress) -> progress.state() == State.DONE);
		ReplicationLink.between(source, target).disable();
		inSource.execute("INSERT INTO item (name) SELECT repeat('x', 1000) FROM generate_series(1, 2500)");
		CopyProgress warned = bounded.advance();
		assertThat(warned.state()).isEqualTo(State.DONE);
		assertThat(warned.reason()).contains("which is stopped at 4,194,304");
		inSource.execute("INSERT INTO item (name) SELECT repeat('x', 1000) FROM generate_series(1, 2500)");
		CopyProgress stopped = bounded.advance();
		assertThat(stopped.state()).isEqualTo(State.STOPPED);
		assertThat(stopped.reason()).contains("more than the 4,194,304 that it may");
		assertThat(inSource.queryForList("SELECT slot_name FROM pg_replication_slots")).isEmpty();
		assertThatIllegalStateException().isThrownBy(bounded::start)
			.withMessageContaining("Cancel it, and start again");
		assertThat(bounded.cancel()).isEmpty();
		assertThat(count("item")).isZero();
	}

	@Test
	void theSourcesDiskIsSparedAlsoWhenTheTargetIsAway() throws SQLException {
		MoveCopy bounded = MoveCopy.builder(source, target).maxRetainedBytes(1 << 20).build();
		new JdbcTemplate(target.dataSource()).execute("ALTER TABLE item ADD CHECK (id > 1) NOT VALID");
		new JdbcTemplate(source.dataSource()).execute("ALTER TABLE item ADD CHECK (id > 1) NOT VALID");
		bounded.start();
		awaiting()
			.until(() -> !inSource.queryForList("SELECT FROM pg_replication_slots WHERE slot_name LIKE 'pg%sync%'")
				.isEmpty());
		move.target().address().cut();
		move.target().suspend();
		try {
			inSource.execute("INSERT INTO item (name) SELECT repeat('x', 1000) FROM generate_series(1, 2500)");
			assertThat(catchThrowable(bounded::advance)).hasMessageContaining("No connection to the target");
			assertThat(inSource.queryForList("SELECT slot_name FROM pg_replication_slots")).isEmpty();
		}
		finally {
			move.target().resume();
			move.target().address().restore();
		}
		assertThat(bounded.progress().state()).isEqualTo(State.STOPPED);
		assertThat(bounded.progress().reason()).contains("is gone");
		assertThat(bounded.cancel()).isEmpty();
	}

	@Test
	void whatWouldFailOrDoHarmIsRefused() throws SQLException {
		inTarget.execute("""
				INSERT INTO item (name) VALUES ('own');
				ALTER TABLE "Shop".part ADD CONSTRAINT short CHECK (length(note) < 3)""");
		inSource.execute("CREATE TABLE late (id int)");
		assertThatIllegalStateException().isThrownBy(this.copy::start)
			.withMessageContaining(
					"Tables without replica identity, whose updates and deletes would fail in the source: public.late")
			.withMessageContaining("Differences of the schemas that would stop the copy: table public.late, ")
			.withMessageContaining("constraint short ON \"Shop\".part")
			.withMessageContaining("Tables of the target that have rows already: public.item");
		assertThat(this.copy.progress().state()).isEqualTo(State.NOT_STARTED);
		assertThat(inTarget.queryForList("SELECT FROM item")).hasSize(1);
		assertThatIllegalStateException()
			.isThrownBy(
					() -> MoveCopy
						.builder(source,
								MoveDatabase.builder(Side.TARGET, source.dataSource())
									.address("localhost", 1)
									.database("app")
									.login("mover", "none")
									.build())
						.build()
						.start())
			.withMessageContaining("Source and target are the same database");
		assertThatIllegalArgumentException().isThrownBy(() -> MoveCopy.builder(source, target).maxRetainedBytes(1))
			.withMessageContaining("at least 1048576");
	}

	@Test
	void aPoolersAddressIsRefusedBeforeItIsConnectedTo() throws SQLException {
		MoveDatabase pooled = MoveDatabase.builder(Side.SOURCE, source.dataSource())
			.address("ep-cool-name-123456-pooler.us-east-2.aws.neon.tech", 5432)
			.database("app")
			.login("mover", "none")
			.build();
		assertThatIllegalStateException().isThrownBy(() -> MoveCopy.builder(pooled, target).build().start())
			.withMessageStartingWith("The copy cannot begin. The source ep-cool-name-123456-pooler")
			.withMessageEndingWith("This is the address of a pooler, through which replication is not possible. "
					+ "Use the direct address, which is the same without -pooler.");
		assertThat(this.copy.progress().state()).isEqualTo(State.NOT_STARTED);
	}

	@Test
	void aTargetThatIsWrittenToIsNotEmptied() throws SQLException {
		this.copy.start();
		copied();
		ReplicationLink back = ReplicationLink.between(target, source);
		back.publish(ReplicationLink.between(source, target).published());
		back.createSlot();
		try {
			assertThatIllegalStateException().isThrownBy(this.copy::cancel)
				.withMessageContaining("may have rows of its own");
		}
		finally {
			assertThat(back.drop()).isEmpty();
		}
		assertThat(ReplicationLink.between(source, target).drop()).isEmpty();
		assertThatIllegalStateException().isThrownBy(this.copy::cancel)
			.withMessageContaining("may have rows of its own");
		assertThat(count("item")).isEqualTo(1000);
	}

	@Test
	void aSlotThatTheSourceHasGivenUpIsToldAndCanBeCopiedAnew() throws SQLException {
		try (LocalRdsMove limited = LocalRdsMove.builder()
			.sourceParameter("max_slot_wal_keep_size", "2MB")
			.sourceParameter("wal_keep_size", "0")
			.start()) {
			MoveDatabase from = LocalMoveDatabases.source(limited);
			MoveDatabase to = LocalMoveDatabases.target(limited);
			for (MoveDatabase each : List.of(from, to)) {
				new JdbcTemplate(each.dataSource()).execute("CREATE TABLE item (id int PRIMARY KEY, name text)");
			}
			MoveCopy limitedCopy = MoveCopy.builder(from, to).build();
			limitedCopy.start();
			awaiting().until(limitedCopy::advance, (progress) -> progress.state() == State.DONE);
			ReplicationLink link = ReplicationLink.between(from, to);
			link.disable();
			awaiting().until(() -> {
				new JdbcTemplate(from.dataSource()).execute(
						"INSERT INTO item SELECT coalesce(max(id), 0) + 1, repeat('x', 1000000) FROM item; DELETE FROM item");
				LocalMoveDatabases.asAdministrator(limited.source(), "SELECT pg_switch_wal(); CHECKPOINT");
				return limitedCopy.advance();
			}, (progress) -> progress.state() == State.STOPPED);
			assertThat(limitedCopy.progress().reason()).contains("has lost changes");
			assertThatIllegalStateException().isThrownBy(link::enable).withMessageContaining("wal_status is 'lost'");
			assertThat(limitedCopy.cancel()).isEmpty();
			limitedCopy.start();
			awaiting().until(limitedCopy::advance, (progress) -> progress.state() == State.DONE);
		}
	}

}
