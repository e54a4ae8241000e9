package io.rdsboot.move.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What a move keeps in one of its databases, in a schema of its own: the state, the
 * instances of the service that act by it, and a marker that travels by replication. As
 * thread-safe as the connection.
 */
public final class StateTables {

	/**
	 * The schema, whose tables never count as the application's.
	 */
	public static final String SCHEMA = "rds_move";

	/**
	 * The table whose row shows that all that was written before has arrived.
	 */
	public static final String MARKER = SCHEMA + ".marker";

	private static final String CREATE = """
			CREATE SCHEMA IF NOT EXISTS rds_move;
			CREATE TABLE IF NOT EXISTS rds_move.state (
				only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
				move uuid NOT NULL,
				side text NOT NULL,
				epoch bigint NOT NULL,
				phase text NOT NULL,
				read_share integer NOT NULL DEFAULT 0,
				shadow_share integer NOT NULL DEFAULT 0,
				coordinator text,
				deadline timestamptz,
				changed_at timestamptz NOT NULL DEFAULT clock_timestamp());
			CREATE TABLE IF NOT EXISTS rds_move.instance (
				id text PRIMARY KEY,
				epoch bigint NOT NULL,
				idle boolean NOT NULL,
				seen_at timestamptz NOT NULL,
				lease interval NOT NULL);
			CREATE TABLE IF NOT EXISTS rds_move.marker (
				only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
				epoch bigint NOT NULL,
				token uuid NOT NULL)""";

	private static final String READ = """
			SELECT move, side, epoch, phase, read_share, shadow_share, coordinator,
				coalesce(clock_timestamp() > deadline, false) AS overdue
			FROM rds_move.state""";

	private static final String BEAT = """
			INSERT INTO rds_move.instance (id, epoch, idle, seen_at, lease)
			VALUES (?, ?, ?, clock_timestamp(), ? * interval '1 ms')
			ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, idle = excluded.idle, seen_at = excluded.seen_at,
				lease = excluded.lease""";

	/**
	 * An instance whose lease is over does not write.
	 */
	private static final String NOT_ACKNOWLEDGED = """
			SELECT id FROM rds_move.instance
			WHERE seen_at + lease > clock_timestamp() AND (epoch < ? OR (? AND NOT idle)) ORDER BY id""";

	private final JdbcTemplate jdbc;

	public StateTables(Connection connection) {
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
	}

	/**
	 * Create the tables that are missing.
	 */
	public void create() {
		// Two that begin at once would both find the schema missing.
		this.jdbc.execute("SELECT pg_advisory_xact_lock(hashtextextended('rds_move', 0)); " + CREATE);
	}

	/**
	 * Return whether the database takes part in a move.
	 */
	public boolean exist() {
		return Boolean.TRUE
			.equals(this.jdbc.queryForObject("SELECT to_regclass('rds_move.state') IS NOT NULL", Boolean.class));
	}

	/**
	 * Write the first row, if there is none.
	 * @return the row that is there
	 */
	public MoveState begin(UUID move, Side side, MovePhase phase) {
		this.jdbc.update("""
				INSERT INTO rds_move.state (move, side, epoch, phase) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING""",
				move, side.name(), (phase == MovePhase.OPEN) ? 1 : 0, phase.name());
		if (phase == MovePhase.OPEN) {
			// The other side's comes by replication.
			this.jdbc.update(
					"INSERT INTO rds_move.marker (epoch, token) VALUES (0, ?) ON CONFLICT DO NOTHING", move);
		}
		MoveState state = read();
		if (state == null) {
			throw new IllegalStateException("Table rds_move.state of the " + side + " has no row");
		}
		return state;
	}

	/**
	 * Return the state, or {@code null} if there is no row.
	 */
	public @Nullable MoveState read() {
		return read("");
	}

	/**
	 * Limit the wait for others that have changed the state, or a table, and not ended,
	 * for the present transaction.
	 */
	public void setLockTimeout(Duration timeout) {
		this.jdbc.execute("SET LOCAL lock_timeout = " + Math.max(1, timeout.toMillis()));
	}

	/**
	 * End the session if its present transaction waits for the client for longer than
	 * that.
	 */
	public void endIdleTransactionAfter(Duration timeout) {
		this.jdbc.execute("SET LOCAL idle_in_transaction_session_timeout = " + timeout.toMillis());
	}

	/**
	 * Return the state, and keep others from changing it until the transaction ends.
	 */
	public @Nullable MoveState lock() {
		return read(" FOR UPDATE");
	}

	private @Nullable MoveState read(String lock) {
		List<MoveState> states = this.jdbc.query(READ + lock, (row, index) -> new MoveState(
				row.getObject("move", UUID.class), Side.valueOf(row.getString("side")), row.getLong("epoch"),
				MovePhase.valueOf(row.getString("phase")),
				new MoveShares(row.getInt("read_share"), row.getInt("shadow_share")), row.getString("coordinator"),
				row.getBoolean("overdue")));
		return states.isEmpty() ? null : states.get(0);
	}

	/**
	 * Take note that an instance acts by an epoch.
	 * @return the state after that
	 */
	public @Nullable MoveState beat(InstanceBeat beat) {
		this.jdbc.update(BEAT, beat.instance(), beat.epoch(), beat.idle(), beat.lease().toMillis());
		return read();
	}

	/**
	 * Take note that an instance does not write any more.
	 */
	public void leave(String instance) {
		this.jdbc.update("DELETE FROM rds_move.instance WHERE id = ?", instance);
	}

	/**
	 * Return the instances that may write and do not act by an epoch yet.
	 * @param idle whether they have to be idle as well
	 */
	public List<String> notAcknowledged(long epoch, boolean idle) {
		return this.jdbc.queryForList(NOT_ACKNOWLEDGED, String.class, epoch, idle);
	}

	/**
	 * Change the phase, if it is still the one that is known.
	 * @param known the state that is known
	 * @param phase the next phase
	 * @param epoch the next epoch
	 * @param coordinator who switches, or {@code null} if nobody does
	 * @param limit how long the next phase may take, or {@code null} if it need not end
	 * @return whether it was changed
	 */
	public boolean change(MoveState known, MovePhase phase, long epoch, @Nullable String coordinator,
			@Nullable Duration limit) {
		return this.jdbc.update("""
				UPDATE rds_move.state SET phase = ?, epoch = ?, coordinator = ?, changed_at = clock_timestamp(),
					deadline = clock_timestamp() + ?::bigint * interval '1 ms'
				WHERE epoch = ? AND phase = ?""", phase.name(), epoch, coordinator,
				(limit != null) ? limit.toMillis() : null, known.epoch(), known.phase().name()) == 1;
	}

	/**
	 * Set what is asked of the side that follows, if the state is still the one that is
	 * known.
	 * @return whether it was set
	 */
	public boolean share(MoveState known, MoveShares shares) {
		return this.jdbc.update("""
				UPDATE rds_move.state SET read_share = ?, shadow_share = ?, epoch = epoch + 1,
					changed_at = clock_timestamp()
				WHERE epoch = ? AND phase = 'OPEN'""", shares.reads(), shares.shadowReads(), known.epoch()) == 1;
	}

	/**
	 * Change the marker, which travels to the other side after all that was written
	 * before.
	 */
	public void mark(long epoch, UUID token) {
		this.jdbc.update("UPDATE rds_move.marker SET epoch = ?, token = ?", epoch, token);
	}

	/**
	 * Return whether a marker has arrived.
	 */
	public boolean isMarked(UUID token) {
		return Boolean.TRUE.equals(this.jdbc
			.queryForObject("SELECT EXISTS (SELECT FROM rds_move.marker WHERE token = ?)", Boolean.class, token));
	}

	/**
	 * Remove all that the move keeps in the database.
	 */
	public void drop() {
		this.jdbc.execute("DROP SCHEMA IF EXISTS rds_move CASCADE");
	}

}
