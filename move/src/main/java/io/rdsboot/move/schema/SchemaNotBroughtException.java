package io.rdsboot.move.schema;

import org.jspecify.annotations.Nullable;

/**
 * The source's schema could not be brought to the target. The message says why, and what
 * to do.
 */
public final class SchemaNotBroughtException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	SchemaNotBroughtException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
