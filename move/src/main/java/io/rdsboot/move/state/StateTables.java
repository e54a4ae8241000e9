package io.rdsboot.move.state;

import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * What a move keeps in one of its databases, in a schema of its own: the state, the
 * instances of the service that act by it, and a marker that travels by replication. As
 * thread-safe as the session.
 */
public final class StateTables {

	/**
	 * The table whose row shows that all that was written before has arrived.
	 */
	public static final TableName MARKER = new TableName(MoveDatabase.SCHEMA, "marker");

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
				(SELECT min(id) FROM rds_move.instance WHERE seen_at + lease > clock_timestamp()) AS leader,
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

	private final MoveSession session;

	public StateTables(MoveSession session) {
		this.session = session;
	}

	/**
	 * Create the tables that are missing.
	 */
	public void create() throws SQLException {
		// Two that begin at once would both find the schema missing.
		this.session.execute("SELECT pg_advisory_xact_lock(hashtextextended('rds_move', 0)); " + CREATE);
	}

	/**
	 * Return whether the database takes part in a move.
	 */
	public boolean exist() throws SQLException {
		return this.session.exists("SELECT WHERE to_regclass('rds_move.state') IS NOT NULL");
	}

	/**
	 * Write the first row, if there is none.
	 * @return the row that is there
	 */
	public MoveState begin(UUID move, Side side, MovePhase phase) throws SQLException {
		this.session.update("""
				INSERT INTO rds_move.state (move, side, epoch, phase) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING""",
				move, side.name(), (phase == MovePhase.OPEN) ? 1 : 0, phase.name());
		if (phase == MovePhase.OPEN) {
			// The other side's comes by replication.
			this.session.update("INSERT INTO rds_move.marker (epoch, token) VALUES (0, ?) ON CONFLICT DO NOTHING",
					move);
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
	public @Nullable MoveState read() throws SQLException {
		return read("");
	}

	/**
	 * Limit the wait for others that have changed the state, or a table, and not ended,
	 * for the present transaction.
	 */
	public void setLockTimeout(Duration timeout) throws SQLException {
		this.session.execute("SET LOCAL lock_timeout = " + Math.max(1, timeout.toMillis()));
	}

	/**
	 * Return the state, and keep others from changing it until the transaction ends.
	 */
	public @Nullable MoveState lock() throws SQLException {
		return read(" FOR UPDATE");
	}

	private @Nullable MoveState read(String lock) throws SQLException {
		return this.session.row(READ + lock,
				(row) -> new MoveState(row.getObject("move", UUID.class), Side.valueOf(row.getString("side")),
						row.getLong("epoch"), MovePhase.valueOf(row.getString("phase")),
						new MoveShares(row.getInt("read_share"), row.getInt("shadow_share")),
						row.getString("coordinator"), row.getString("leader"), row.getBoolean("overdue")));
	}

	/**
	 * Take note that an instance acts by an epoch.
	 * @return the state after that
	 */
	public @Nullable MoveState beat(InstanceBeat beat) throws SQLException {
		this.session.update(BEAT, beat.instance(), beat.epoch(), beat.idle(), beat.lease().toMillis());
		return read();
	}

	/**
	 * Take note that an instance does not write any more.
	 */
	public void leave(String instance) throws SQLException {
		this.session.update("DELETE FROM rds_move.instance WHERE id = ?", instance);
	}

	/**
	 * Return the instances that may write and do not act by an epoch yet.
	 * @param idle whether they have to be idle as well
	 */
	public List<String> notAcknowledged(long epoch, boolean idle) throws SQLException {
		return this.session.texts(NOT_ACKNOWLEDGED, epoch, idle);
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
			@Nullable Duration limit) throws SQLException {
		return this.session.update("""
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
	public boolean share(MoveState known, MoveShares shares) throws SQLException {
		return this.session.update("""
				UPDATE rds_move.state SET read_share = ?, shadow_share = ?, epoch = epoch + 1,
					changed_at = clock_timestamp()
				WHERE epoch = ? AND phase = 'OPEN'""", shares.reads(), shares.shadowReads(), known.epoch()) == 1;
	}

	/**
	 * Change the marker, which travels to the other side after all that was written
	 * before.
	 */
	public void mark(long epoch, UUID token) throws SQLException {
		this.session.update("UPDATE rds_move.marker SET epoch = ?, token = ?", epoch, token);
	}

	/**
	 * Return whether a marker has arrived.
	 */
	public boolean isMarked(UUID token) throws SQLException {
		return this.session.exists("SELECT FROM rds_move.marker WHERE token = ?", token);
	}

	/**
	 * Return the instances that were seen within the last hour.
	 */
	public List<InstanceState> instances() throws SQLException {
		return this.session.rows("""
				SELECT id, epoch, seen_at, seen_at + lease > clock_timestamp() AS alive FROM rds_move.instance
				WHERE seen_at > clock_timestamp() - interval '1 h' ORDER BY id""",
				(row) -> new InstanceState(row.getString("id"), row.getLong("epoch"),
						row.getObject("seen_at", OffsetDateTime.class).toInstant(), row.getBoolean("alive")));
	}

	/**
	 * Say that the move is over.
	 */
	public void finish() throws SQLException {
		this.session.update("UPDATE rds_move.state SET phase = 'FINISHED', epoch = epoch + 1, coordinator = NULL, "
				+ "deadline = NULL, changed_at = clock_timestamp() WHERE phase <> 'FINISHED'");
	}

	/**
	 * Remove all that the move keeps in the database.
	 */
	public void drop() throws SQLException {
		this.session.execute("DROP SCHEMA IF EXISTS rds_move CASCADE");
	}

}
