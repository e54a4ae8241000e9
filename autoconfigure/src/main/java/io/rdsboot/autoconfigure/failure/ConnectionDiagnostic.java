package io.rdsboot.autoconfigure.failure;

import org.jspecify.annotations.Nullable;

/**
 * Knows one family of causes.
 */
@FunctionalInterface
interface ConnectionDiagnostic {

	/**
	 * Say why a connection failed.
	 * @param failure what is known of it
	 * @return the diagnosis, or {@code null} if the cause is of another family
	 */
	@Nullable Diagnosis diagnose(ConnectionFailure failure);

}
