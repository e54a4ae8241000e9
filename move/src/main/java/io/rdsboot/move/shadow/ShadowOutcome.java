package io.rdsboot.move.shadow;

import java.util.Locale;

/**
 * What came of a read that was noted to be asked of both sides.
 */
public enum ShadowOutcome {

	/**
	 * Both sides say the same, at once or once the target had caught up.
	 */
	EQUAL,

	/**
	 * The sides differ, twice, with a target that had all that the source had shown, and
	 * a source that said the same before and afterwards.
	 */
	DIFFERENT,

	/**
	 * The sides differ, and that proves nothing: the rows keep changing, the target did
	 * not catch up in time, there are too many rows to compare, or the statement may
	 * choose among rows, such as with {@code LIMIT} and without {@code ORDER BY}.
	 */
	UNDECIDED,

	/**
	 * The statement is not asked: it may write or lock, depends on the time or on the
	 * server, calls a volatile function, or has a parameter that can be read only once.
	 */
	SKIPPED,

	/**
	 * The queue was full.
	 */
	DROPPED,

	/**
	 * A side did not answer within the time-out, or with an error.
	 */
	FAILED;

	/**
	 * Return the name as meters show it, such as {@code undecided}.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
