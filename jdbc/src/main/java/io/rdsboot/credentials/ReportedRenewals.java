package io.rdsboot.credentials;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets sources make values, and tells a listener. Thread-safe.
 *
 * @param listener told of each; may fail without failing the renewal
 */
record ReportedRenewals(RenewalListener listener) {

	private static final Logger logger = LoggerFactory.getLogger(ReportedRenewals.class);

	/**
	 * Make a value.
	 * @param description what it is
	 * @param source where it comes from
	 */
	<T> Renewal<T> make(String description, RenewedValue.Source<T> source) {
		Consumer<@Nullable Throwable> end = begin(description);
		Throwable failure = null;
		try {
			return source.make();
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			end(end, failure);
		}
	}

	private @Nullable Consumer<@Nullable Throwable> begin(String description) {
		try {
			return this.listener.renewing(description);
		}
		catch (RuntimeException ex) {
			log(ex);
			return null;
		}
	}

	private static void end(@Nullable Consumer<@Nullable Throwable> end, @Nullable Throwable failure) {
		if (end != null) {
			try {
				end.accept(failure);
			}
			catch (RuntimeException ex) {
				log(ex);
			}
		}
	}

	private static void log(RuntimeException failure) {
		logger.warn("A listener failed to take note of a renewal of credentials", failure);
	}

}
