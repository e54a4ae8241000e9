package io.rdsboot.test.aws;

import org.jspecify.annotations.Nullable;

/**
 * A login by token that RDS refuses. The message says why, and holds nothing secret.
 */
public final class TokenRefusedException extends Exception {

	private static final long serialVersionUID = 1L;

	TokenRefusedException(@Nullable String message) {
		super(message);
	}

}
