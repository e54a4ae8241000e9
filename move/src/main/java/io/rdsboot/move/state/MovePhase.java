package io.rdsboot.move.state;

/**
 * What one database of a move says of itself. At most one of the two
 * {@linkplain #isAuthority() decides}.
 */
public enum MovePhase {

	/**
	 * It is written to.
	 */
	OPEN(true),

	/**
	 * It is written to, and its instances are told that a switch is near: they look often
	 * from now on.
	 */
	PREPARING(true),

	/**
	 * Nobody writes. The switch can still be taken back.
	 */
	PAUSED(true),

	/**
	 * Nobody writes here any more: the other database opens, or has opened.
	 */
	HANDED_OVER(false),

	/**
	 * Nobody writes but replication.
	 */
	CLOSED(false),

	/**
	 * The move is over: the target is written to, and the source never again.
	 */
	FINISHED(true);

	private final boolean authority;

	MovePhase(boolean authority) {
		this.authority = authority;
	}

	/**
	 * Return whether the database in this phase says what instances do.
	 */
	public boolean isAuthority() {
		return this.authority;
	}

	/**
	 * Return whether instances may write in this phase.
	 */
	public boolean isWritable() {
		return this == OPEN || this == PREPARING || this == FINISHED;
	}

}
