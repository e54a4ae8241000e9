package io.rdsboot.credentials;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Hears of renewals of credentials, on the thread that renews them; must not block.
 */
@FunctionalInterface
public interface RenewalListener {

	/**
	 * Hears of nothing.
	 */
	RenewalListener NONE = (description) -> null;

	/**
	 * Called before credentials are made or read.
	 * @param description what is renewed, such as
	 * {@code IAM token of app for db.example.com:5432}; nothing secret
	 * @return what is called on the same thread after that, with the failure or
	 * {@code null}; or {@code null} where nobody wants to know
	 */
	@Nullable Consumer<@Nullable Throwable> renewing(String description);

}
