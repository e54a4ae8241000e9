package io.rdsboot.pool.connection;

import java.sql.SQLException;

import org.apiguardian.api.API;

/**
 * Says that a write was refused because the application itself made the connection, its
 * session or its transaction read-only. Suppressed exception of the driver's failure; has
 * no stack trace itself.
 */
@API(status = API.Status.INTERNAL)
public final class ReadOnlyByApplication extends Exception {

	private static final long serialVersionUID = 1L;

	private ReadOnlyByApplication() {
		super("The application itself made the connection read-only", null, false, false);
	}

	/**
	 * Take note that it is why a write was refused.
	 */
	public static void addTo(SQLException failure) {
		if (!isCauseOf(failure)) {
			failure.addSuppressed(new ReadOnlyByApplication());
		}
	}

	/**
	 * Return whether it is why a write was refused.
	 */
	public static boolean isCauseOf(SQLException failure) {
		for (Throwable suppressed : failure.getSuppressed()) {
			if (suppressed instanceof ReadOnlyByApplication) {
				return true;
			}
		}
		return false;
	}

}
