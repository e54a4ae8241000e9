package io.rdsboot.move.replication;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.move.AbstractMoveTests;
import io.rdsboot.move.TableName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ReplicationLink}.
 */
class ReplicationLinkTests extends AbstractMoveTests {

	private static final TableName ITEM = new TableName("public", "item");

	private static final TableName PART = new TableName("Shop", "part");

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final ReplicationLink forth = ReplicationLink.between(source, target, LIMIT);

	private final ReplicationLink back = ReplicationLink.between(target, source, LIMIT);

	@BeforeEach
	void createTables() {
		for (JdbcTemplate each : List.of(inSource, inTarget)) {
			each.execute(
					"""
							CREATE TABLE item (id int PRIMARY KEY, name text);
							CREATE SCHEMA "Shop";
							CREATE TABLE "Shop".part (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
							CREATE TABLE "Shop".part_1 PARTITION OF "Shop".part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')""");
		}
		inSource.execute("INSERT INTO item SELECT i, 'copied' FROM generate_series(1, 100) i");
		inSource.execute("INSERT INTO \"Shop\".part SELECT i, '2026-05-01' FROM generate_series(1, 10) i");
	}

	@Test
	void rowsTravelBothWaysOneAfterTheOther() throws SQLException {
		follow();
		assertThat(count(inTarget, "\"Shop\".part_1")).isEqualTo(10);
		inSource.execute("UPDATE item SET name = 'changed' WHERE id = 1");
		awaitConfirmed(this.forth, move.source().moverDataSource().getConnection());
		assertThat(name(inTarget, 1)).isEqualTo("changed");

		switchTo(this.forth, this.back);
		inTarget.execute("INSERT INTO item VALUES (101, 'target')");
		inTarget.execute("DELETE FROM \"Shop\".part WHERE id = 1");
		awaitConfirmed(this.back, move.target().moverDataSource().getConnection());
		assertThat(name(inSource, 101)).isEqualTo("target");
		assertThat(count(inSource, "\"Shop\".part")).isEqualTo(9);
		assertThat(this.forth.drop()).isEmpty();

		this.forth.publish(List.of(ITEM, PART));
		switchTo(this.back, this.forth);
		inSource.execute("INSERT INTO item VALUES (102, 'source')");
		awaitConfirmed(this.forth, move.source().moverDataSource().getConnection());
		assertThat(name(inTarget, 102)).isEqualTo("source");
		assertThat(count(inSource, "item")).isEqualTo(102);
		assertThat(errors(this.forth)).isZero();
		assertThat(errors(this.back)).isZero();
	}

	/** As a switch does it, between two writes. */
	private void switchTo(ReplicationLink former, ReplicationLink next) throws SQLException {
		next.publish(List.of(ITEM, PART));
		next.prepare();
		former.disable();
		LogPosition first = next.createSlot();
		assertThat(next.createSlot()).isEqualTo(first);
		next.enable();
	}

	private static long errors(ReplicationLink link) {
		LinkStatus.Subscription subscription = link.status().subscription();
		assertThat(subscription).isNotNull();
		return (subscription.applyErrors() != null) ? subscription.applyErrors() : 0;
	}

	@Test
	void eachCallCanBeRepeatedByAnotherProcess() throws SQLException {
		follow();
		for (int i = 0; i < 2; i++) {
			ReplicationLink another = ReplicationLink.between(source, target, LIMIT);
			another.publish(List.of(PART, ITEM));
			another.subscribe();
			another.disable();
			another.enable();
			this.back.publish(List.of(ITEM));
			this.back.prepare();
		}
		this.back.publish(List.of(ITEM, PART));
		this.back.prepare();
		assertThat(this.back.status().subscription().tables()).extracting(LinkStatus.TableState::table)
			.containsExactly(PART, ITEM);
		await().until(() -> this.forth.status().isFollowing());
		assertThat(count(inTarget, "item")).isEqualTo(100);
	}

	@Test
	void tablesCanBeAddedLater() throws SQLException {
		follow();
		for (JdbcTemplate each : List.of(inSource, inTarget)) {
			each.execute("CREATE TABLE late (id int PRIMARY KEY)");
		}
		inSource.execute("INSERT INTO late VALUES (1)");
		TableName late = new TableName("public", "late");
		this.forth.publish(List.of(ITEM, PART, late));
		this.forth.refresh(true);
		await().until(() -> this.forth.status().isFollowing());
		assertThat(count(inTarget, "late")).isEqualTo(1);
		this.forth.publish(List.of(ITEM, PART));
		this.forth.refresh(true);
		assertThat(this.forth.published()).containsExactly(PART, ITEM);
		assertThat(this.forth.status().subscription().tables()).hasSize(2);
	}

	@Test
	void onlyOneDirectionIsEnabled() throws SQLException {
		follow();
		this.back.publish(List.of(ITEM, PART));
		this.back.prepare();
		this.back.createSlot();
		assertThatIllegalStateException().isThrownBy(this.back::enable)
			.withMessageContaining("Subscription 'rds_move_to_target' on the target")
			.withMessageContaining("is enabled, so that changes would travel in circles");
		this.forth.disable();
		this.back.enable();
		assertThatIllegalStateException().isThrownBy(this.forth::enable)
			.withMessageContaining("Subscription 'rds_move_to_source' on the source");
		assertThatIllegalStateException().isThrownBy(this.back::prepare).withMessageContaining("is enabled already");
	}

	@Test
	void whatIsMissingIsNamed() throws SQLException {
		assertThatIllegalStateException().isThrownBy(this.forth::subscribe)
			.withMessageContaining("no publication 'rds_move' on the source");
		this.forth.publish(List.of(ITEM));
		this.forth.prepare();
		assertThatIllegalStateException().isThrownBy(this.forth::enable)
			.withMessageContaining("no replication slot 'rds_move_to_target' on the source");
		assertThatIllegalArgumentException().isThrownBy(() -> this.forth.publish(List.of()))
			.withMessageContaining("no tables to publish");
		assertThatIllegalArgumentException().isThrownBy(() -> ReplicationLink.between(source, source))
			.withMessageContaining("Both databases are the source");
		assertThat(this.forth).hasToString("ReplicationLink[%s -> %s]".formatted(source, target))
			.asString()
			.doesNotContain(move.source().moverPassword());
	}

	@Test
	void lagIsToldInBytesAndSeconds() throws SQLException {
		follow();
		await().until(() -> this.forth.status().slot().lag(), Duration.ZERO::equals);
		this.forth.disable();
		await().until(() -> !this.forth.status().slot().active());
		inSource.execute("INSERT INTO item VALUES (101, repeat('x', 100000))");
		LinkStatus.Slot slot = this.forth.status().slot();
		assertThat(slot.lagBytes()).isPositive();
		assertThat(slot.lag()).isPositive();
		assertThat(slot.retainedBytes()).isGreaterThanOrEqualTo(slot.lagBytes());
		assertThat(slot.walStatus()).isEqualTo("reserved");
		await().until(() -> this.forth.status().slot().lag().compareTo(slot.lag()) > 0);
		assertThat(ReplicationLink.between(source, target).status().slot().lag())
			.as("lag that another process cannot know yet")
			.isNull();
		this.forth.enable();
		await().until(() -> this.forth.status().slot().lag(), Duration.ZERO::equals);
	}

	@Test
	void whatIsLeftBehindASilentSideIsSaidAndRemovedLater() throws SQLException {
		follow();
		move.source().address().freeze();
		try {
			assertThat(this.forth.drop()).singleElement()
				.asString()
				.contains("Slot 'rds_move_to_target', for which the server keeps its log")
				.contains("the source");
		}
		finally {
			move.source().address().restore();
		}
		assertThat(this.forth.status().subscription()).isNull();
		assertThat(this.forth.status().slot()).isNotNull();
		assertThat(this.forth.drop()).isEmpty();
		assertThat(this.forth.status()).isEqualTo(new LinkStatus(null, null, List.of()));
	}

	@Test
	void aHalfDoneCopyIsRemovedWithItsSlots() throws SQLException {
		inTarget.execute("ALTER TABLE item ADD CHECK (id > 1)");
		this.forth.publish(List.of(ITEM, PART));
		this.forth.subscribe();
		await().until(() -> this.forth.status().subscription().tables(), (tables) -> tables.stream()
			.anyMatch((table) -> table.table().equals(ITEM) && table.state() == LinkStatus.State.COPYING));
		assertThat(this.forth.drop()).isEmpty();
		assertThat(inSource.queryForList("SELECT slot_name FROM pg_replication_slots")).isEmpty();
		assertThat(inSource.queryForList("SELECT pubname FROM pg_publication")).isEmpty();
		assertThat(inTarget.queryForList("SELECT subname FROM pg_stat_subscription")).isEmpty();
	}

	@Test
	void aSideThatDoesNotAnswerIsAProblemOfTheStatus() throws SQLException {
		follow();
		move.target().address().cut();
		try {
			LinkStatus status = this.forth.status();
			assertThat(status.slot()).isNotNull();
			assertThat(status.subscription()).isNull();
			assertThat(status.problems()).singleElement().asString().startsWith("No connection to the target");
			assertThat(status.isFollowing()).isFalse();
		}
		finally {
			move.target().address().restore();
		}
	}

	private void follow() throws SQLException {
		this.forth.publish(List.of(ITEM, PART));
		this.forth.subscribe();
		await().until(() -> this.forth.status().isFollowing());
	}

	private void awaitConfirmed(ReplicationLink link, Connection connection) throws SQLException {
		try (connection) {
			long written = new JdbcTemplate(
					new org.springframework.jdbc.datasource.SingleConnectionDataSource(connection, true))
				.queryForObject("SELECT (pg_current_wal_lsn() - '0/0')::bigint", Long.class);
			await().until(() -> link.confirmedFlush(connection).includes(new LogPosition(written)));
		}
	}

	private static String name(JdbcTemplate database, int id) {
		return database.queryForObject("SELECT name FROM item WHERE id = ?", String.class, id);
	}

	private static long count(JdbcTemplate database, String table) {
		return database.queryForObject("SELECT count(*) FROM " + table, Long.class);
	}

}
