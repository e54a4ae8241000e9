package io.rdsboot.move.control;

/**
 * A step of a move was refused, because what it needs is not so. Nothing was changed.
 */
public final class MoveRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public MoveRefusedException(String message) {
		super(message);
	}

}
