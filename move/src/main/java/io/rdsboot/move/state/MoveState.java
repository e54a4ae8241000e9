package io.rdsboot.move.state;

import java.util.UUID;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * The row of one database. Immutable.
 *
 * @param move identifies the move, the same in both databases
 * @param side which of the two the database is
 * @param epoch grows with each change of phase, over both databases
 * @param phase what the database says of itself
 * @param shares what is asked of the side that follows
 * @param coordinator the instance that switches, or {@code null}
 * @param leader the instance that does what one of all has to do, or {@code null} while
 * none is known
 * @param overdue whether the time of the present phase is over, so that any instance may
 * take the switch back
 */
public record MoveState(UUID move, Side side, long epoch, MovePhase phase, MoveShares shares,
		@Nullable String coordinator, @Nullable String leader, boolean overdue) {

	/**
	 * Return the state while neither database takes part in a move: the source is written
	 * to.
	 */
	public static MoveState notBegun() {
		return new MoveState(new UUID(0, 0), Side.SOURCE, 0, MovePhase.OPEN, MoveShares.NONE, null, null, false);
	}

	/**
	 * Return the side that instances write to, or {@code null} while they write to none.
	 */
	public @Nullable Side writer() {
		if (this.phase == MovePhase.FINISHED) {
			return Side.TARGET;
		}
		return this.phase.isWritable() ? this.side : null;
	}

}
