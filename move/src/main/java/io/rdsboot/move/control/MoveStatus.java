package io.rdsboot.move.control;

import java.util.List;

import io.rdsboot.move.Side;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.state.InstanceState;
import org.jspecify.annotations.Nullable;

/**
 * How far a move is. Immutable.
 *
 * @param stage where the move is
 * @param writer the side that is written to, or {@code null} while a switch is under way
 * @param epoch grows with each change of the move's state; 0 before it has begun
 * @param readShare share of the keys whose reads the side that follows serves, in percent
 * @param shadowShare share of the connections whose reads both sides are asked, in
 * percent
 * @param instances instances of the service that act by the state
 * @param copy how far the copy is, or {@code null} once writes were switched
 * @param link how the other side follows, or {@code null} before and after the move
 * @param problems what could not be asked, and why
 */
public record MoveStatus(Stage stage, @Nullable Side writer, long epoch, double readShare, double shadowShare,
		List<InstanceState> instances, @Nullable CopyProgress copy, @Nullable LinkStatus link, List<String> problems) {

	public MoveStatus {
		instances = List.copyOf(instances);
		problems = List.copyOf(problems);
	}

	/**
	 * Where a move is.
	 */
	public enum Stage {

		/**
		 * It has not begun.
		 */
		NOT_BEGUN,

		/**
		 * The source is written to. The target is copied to, or follows.
		 */
		SOURCE_WRITES,

		/**
		 * Writes are being switched from one side to the other.
		 */
		SWITCHING,

		/**
		 * The target is written to. The source follows.
		 */
		TARGET_WRITES,

		/**
		 * It is over. The target is written to.
		 */
		FINISHED,

		/**
		 * No side says which one is written to.
		 */
		UNKNOWN

	}

}
