package io.rdsboot.move.cutover;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * A switch was refused, or begun and taken back.
 */
public final class SwitchoverException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final @Nullable Side writer;

	/**
	 * Create an exception.
	 * @param message what has happened, and what to do
	 * @param writer the side that is written to now, or {@code null} while that cannot be
	 * told
	 * @param cause the cause, or {@code null}
	 */
	public SwitchoverException(String message, @Nullable Side writer, @Nullable Throwable cause) {
		super(message, cause);
		this.writer = writer;
	}

	/**
	 * Return the side that is written to now, or {@code null} while that cannot be told:
	 * an instance that reaches both sides will settle it.
	 */
	public @Nullable Side getWriter() {
		return this.writer;
	}

}
