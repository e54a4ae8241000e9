package io.rdsboot.autoconfigure.failure;

import org.jspecify.annotations.Nullable;

/**
 * Finds causes of failures.
 */
final class Causes {

	private Causes() {
	}

	/**
	 * Return the outermost cause of a type, the failure itself included, or {@code null}.
	 */
	static <T> @Nullable T first(Throwable failure, Class<T> type) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
		}
		return null;
	}

	/**
	 * Return the innermost cause of a type, the failure itself included, or {@code null}.
	 */
	static <T> @Nullable T last(Throwable failure, Class<T> type) {
		T last = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				last = type.cast(cause);
			}
		}
		return last;
	}

}
