package io.rdsboot.test.process;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the local RDS itself: no PostgreSQL to run it on, a server that does not
 * start, a control that does not apply to the instance's state, or a limit that ran out.
 */
public class LocalRdsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public LocalRdsException(String message) {
		super(message);
	}

	public LocalRdsException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
