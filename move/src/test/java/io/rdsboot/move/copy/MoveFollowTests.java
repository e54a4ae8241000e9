package io.rdsboot.move.copy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.AbstractMoveTests;
import io.rdsboot.move.TableName;
import io.rdsboot.move.copy.CopyProgress.State;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.schema.SchemaDifference;
import io.rdsboot.move.schema.SchemaDifference.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link MoveFollow}.
 */
class MoveFollowTests extends AbstractMoveTests {

	private static final TableName ITEM = new TableName("public", "item");

	private final MoveCopy copy = MoveCopy.builder(source, target).build();

	private final MoveFollow follow = MoveFollow.of(source, target);

	@BeforeEach
	void copyTables() throws SQLException {
		for (JdbcTemplate each : List.of(inSource, inTarget)) {
			each.execute("""
					CREATE TABLE item (id int PRIMARY KEY, name text);
					CREATE INDEX item_name ON item (name);
					CREATE TABLE other (id int PRIMARY KEY)""");
		}
		inSource.execute("INSERT INTO item SELECT i, 'copied' FROM generate_series(1, 100) i");
		this.copy.start();
		awaiting().until(this.copy::advance, (progress) -> progress.state() == State.DONE);
	}

	private StoppedTable stopped() {
		return awaiting().until(this.follow::status, (status) -> !status.stopped().isEmpty()).stopped().get(0);
	}

	private void awaitRows(long rows) {
		awaiting().until(() -> inTarget.queryForObject("SELECT count(*) FROM item", Long.class),
				(count) -> count == rows);
	}

	@Test
	void aTargetThatFollowsIsHealthy() {
		awaiting().until(() -> this.follow.status().isHealthy());
		assertThat(this.follow.status().differences()).isEmpty();
		inSource.execute("TRUNCATE item");
		awaitRows(0);
		awaiting().until(() -> this.follow.status().link().slot().lag(), Duration.ZERO::equals);
		assertThat(this.follow.status().stopped()).isEmpty();
	}

	@Test
	void aColumnOfTheSourceStopsTheTableUntilTheTargetHasIt() {
		inSource.execute("ALTER TABLE item ADD COLUMN price numeric(10, 2) DEFAULT 1.50");
		FollowStatus before = this.follow.status();
		assertThat(before.isHealthy()).isFalse();
		assertThat(before.differences()).singleElement()
			.returns(Kind.COLUMN, SchemaDifference::kind)
			.returns("public.item.price", SchemaDifference::name)
			.returns(true, SchemaDifference::endangersReplication);
		inSource.execute("INSERT INTO item VALUES (101, 'new')");
		StoppedTable stopped = stopped();
		assertThat(stopped.table()).isEqualTo(ITEM);
		assertThat(stopped.reason()).isEqualTo(
				"A change cannot be applied, which all tables wait for: column public.item.price. Only the source has it.");
		inTarget.execute(stopped.statement());
		awaitRows(101);
		awaiting().until(() -> this.follow.status().isHealthy());
	}

	@Test
	void aConstraintOfTheTargetIsNamedWithTheStatementThatGoesOn() {
		inTarget.execute("ALTER TABLE item ADD CONSTRAINT small CHECK (id <= 100)");
		inSource.execute("INSERT INTO item VALUES (101, 'new')");
		StoppedTable stopped = stopped();
		assertThat(stopped).hasToString("public.item: A change cannot be applied, which all tables wait for: "
				+ "constraint small ON public.item. Only the target has it, and may refuse rows of the source."
				+ " On the target: ALTER TABLE public.item DROP CONSTRAINT small;");
		inTarget.execute(stopped.statement());
		awaitRows(101);
	}

	@Test
	void aTableThatTheTargetHasLostIsNamed() {
		// The server refuses to drop a table that the worker has not taken over yet.
		awaiting().untilAsserted(() -> assertThat(this.follow.status().link().subscription()).isNotNull()
			.satisfies((subscription) -> assertThat(subscription.tables()).extracting(LinkStatus.TableState::state)
				.containsOnly(LinkStatus.State.READY)));
		inTarget.execute("DROP TABLE item");
		inSource.execute("INSERT INTO item VALUES (101, 'new')");
		StoppedTable stopped = stopped();
		assertThat(stopped.table()).isEqualTo(ITEM);
		assertThat(stopped.reason()).contains("table public.item. Only the source has it.");
		assertThat(stopped.statement()).startsWith("CREATE TABLE public.item (id integer NOT NULL, name text)");
	}

	@Test
	void aRowOfTheTargetsOwnIsTheLikelyReasonWhereTheSchemasAreAlike() {
		inTarget.execute("INSERT INTO item VALUES (101, 'own')");
		inSource.execute("INSERT INTO other VALUES (1)");
		inSource.execute("INSERT INTO item VALUES (101, 'new')");
		StoppedTable stopped = stopped();
		assertThat(stopped.table()).isEqualTo(ITEM);
		assertThat(stopped.reason()).contains("rows which the target has of its own are the likely reason");
		assertThat(stopped.statement()).isNull();
		inTarget.execute("DELETE FROM item WHERE id = 101");
		awaiting().until(() -> inTarget.queryForList("SELECT name FROM item WHERE id = 101", String.class),
				List.of("new")::equals);
	}

	@Test
	void aTableWhoseRowsCannotBeCopiedIsNamed() throws SQLException {
		inTarget.execute("CREATE TABLE late (id int PRIMARY KEY)");
		inSource.execute("CREATE TABLE late (id int PRIMARY KEY)");
		inSource.execute("INSERT INTO late VALUES (1), (2)");
		inTarget.execute("ALTER TABLE late ADD CONSTRAINT small CHECK (id < 2)");
		TableName late = new TableName("public", "late");
		assertThat(this.follow.status().unpublished()).containsExactly(late);
		assertThat(this.follow.publishMissing()).containsExactly(late);
		StoppedTable stopped = stopped();
		assertThat(stopped.table()).isEqualTo(late);
		assertThat(stopped.reason()).startsWith("Its rows cannot be copied: constraint small ON public.late.");
		inTarget.execute(stopped.statement());
		awaiting().until(() -> this.follow.status().isHealthy());
		assertThat(inTarget.queryForObject("SELECT count(*) FROM late", Long.class)).isEqualTo(2);
		assertThat(this.copy.cancel()).isEmpty();
		assertThat(inTarget.queryForObject("SELECT count(*) FROM late", Long.class)).isZero();
	}

	@Test
	void aNewTableOfTheSourceIsNotPublishedBeforeTheTargetHasIt() throws SQLException {
		inSource.execute("CREATE TABLE late (id int PRIMARY KEY)");
		assertThat(this.follow.status().unpublished()).hasSize(1);
		assertThatIllegalStateException().isThrownBy(this.follow::publishMissing)
			.withMessageContaining("The target does not have the tables [public.late]");
	}

	@Test
	void aSideThatDoesNotAnswerIsAProblemOfTheStatus() {
		move.source().suspend();
		try {
			FollowStatus status = this.follow.status();
			assertThat(status.problems()).singleElement().asString().startsWith("No connection to the source");
			assertThat(status.isHealthy()).isFalse();
			assertThat(status.stopped()).isEmpty();
		}
		finally {
			move.source().resume();
		}
		awaiting().until(() -> this.follow.status().isHealthy());
	}

}
