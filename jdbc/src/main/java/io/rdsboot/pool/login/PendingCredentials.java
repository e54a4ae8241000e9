package io.rdsboot.pool.login;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Logins to one server that wait for their credentials, so that who waits for a
 * connection can be told what it is that does not come. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class PendingCredentials {

	/**
	 * SQLSTATE of a login without credentials: the server was not asked, and is as well
	 * as it was.
	 */
	static final String NO_CREDENTIALS = "28000";

	/**
	 * Shortest wait that is told of.
	 */
	private static final Duration NOTEWORTHY = Duration.ofMillis(500);

	private final InstanceAddress address;

	private final DatabaseCredentialsProvider provider;

	private final LongSupplier nanoTime;

	private final Map<Object, Wait> waits = new ConcurrentHashMap<>();

	private volatile @Nullable CredentialsUnavailableException lastFailure;

	/**
	 * Create one for a server where nobody logs in yet.
	 * @param address the server
	 * @param provider asked for credentials
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public PendingCredentials(InstanceAddress address, DatabaseCredentialsProvider provider, LongSupplier nanoTime) {
		this.address = address;
		this.provider = provider;
		this.nanoTime = nanoTime;
	}

	/**
	 * Ask for credentials.
	 * @param refusal why the server did not take those before, or {@code null}
	 * @param question asks for them, and may take its time
	 */
	<T extends @Nullable Object> T during(@Nullable SQLException refusal, Supplier<T> question) {
		Object login = new Object();
		this.waits.put(login, new Wait(this.nanoTime.getAsLong(), refusal));
		try {
			return question.get();
		}
		catch (CredentialsUnavailableException ex) {
			this.lastFailure = ex;
			throw ex;
		}
		finally {
			this.waits.remove(login);
		}
	}

	/**
	 * Forget how the source failed last, because a login was accepted.
	 */
	public void accepted() {
		this.lastFailure = null;
	}

	/**
	 * Return that a login has waited for its credentials for so long that a connection
	 * failed by it, or {@code null} if none has. How the source failed before says more
	 * than that it is asked again.
	 */
	public @Nullable SQLException failure() {
		Wait longest = this.waits.values().stream().min(Comparator.comparingLong(Wait::begin)).orElse(null);
		if (longest == null) {
			return null;
		}
		Duration waited = Duration.ofNanos(this.nanoTime.getAsLong() - longest.begin());
		if (waited.compareTo(NOTEWORTHY) < 0) {
			return null;
		}
		CredentialsUnavailableException before = this.lastFailure;
		if (before != null) {
			return unavailable("There are no credentials for %s: %s".formatted(this.address, before.getMessage()),
					before);
		}
		String message = "There are no credentials for %s: %s has not answered for %d ms".formatted(this.address,
				this.provider, waited.toMillis());
		SQLException refusal = longest.refusal();
		String reason = (refusal != null) ? message + ", since the server refused the last: " + refusal.getMessage()
				: message;
		return unavailable(reason, new CredentialsUnavailableException(reason, refusal));
	}

	/**
	 * Return the failure of a login that has no credentials.
	 */
	static SQLException unavailable(String message, CredentialsUnavailableException cause) {
		return new SQLInvalidAuthorizationSpecException(message, NO_CREDENTIALS, cause);
	}

	private record Wait(long begin, @Nullable SQLException refusal) {

	}

}
