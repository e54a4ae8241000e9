package io.rdsboot.pool.login;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One login to a server, with as many credentials as it takes: those that the provider
 * gives first, and after each refusal the next, until the server takes some, the provider
 * has no others, or the limit is reached. Not thread-safe; made for one connection.
 */
@API(status = API.Status.INTERNAL)
public final class Login {

	/**
	 * Enough for the three versions of a secret that is being rotated, and one that
	 * appears meanwhile.
	 */
	private static final int MAXIMUM_ATTEMPTS = 4;

	private final InstanceAddress address;

	private final @Nullable AddressRedirect redirect;

	private final DatabaseCredentialsProvider provider;

	private final PendingCredentials pending;

	private final InstanceDriver driver;

	private final Duration limit;

	private final LongSupplier nanoTime;

	private final long start;

	private final List<DatabaseCredentials> refused = new ArrayList<>();

	private @Nullable DatabaseCredentials accepted;

	/**
	 * Create a login that begins now.
	 * @param address the server
	 * @param provider asked for credentials
	 * @param pending keeps track of the questions
	 * @param driver opens the connection
	 * @param limit the longest that all attempts may take; zero for no limit
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public Login(InstanceAddress address, DatabaseCredentialsProvider provider, PendingCredentials pending,
			InstanceDriver driver, Duration limit, LongSupplier nanoTime) {
		this(address, null, provider, pending, driver, limit, nanoTime);
	}

	/**
	 * Create a login to a server that an address does not lead to yet.
	 * @param address the address
	 * @param redirect where the server is, or {@code null} where the address leads to it
	 * @param provider asked for credentials
	 * @param pending keeps track of the questions
	 * @param driver opens the connection
	 * @param limit the longest that all attempts may take; zero for no limit
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public Login(InstanceAddress address, @Nullable AddressRedirect redirect, DatabaseCredentialsProvider provider,
			PendingCredentials pending, InstanceDriver driver, Duration limit, LongSupplier nanoTime) {
		this.address = address;
		this.redirect = redirect;
		this.provider = provider;
		this.pending = pending;
		this.driver = driver;
		this.limit = limit;
		this.nanoTime = nanoTime;
		this.start = nanoTime.getAsLong();
	}

	/**
	 * Log in.
	 * @throws LoginRefusedException the last refusal, with those before it suppressed
	 * @throws SQLException the failure that no other credentials would mend
	 */
	public Connection open() throws SQLException {
		SQLException failure = null;
		for (LoginTarget target : LoginTarget.of(this.address, this.redirect)) {
			try {
				this.refused.clear();
				Connection connection = open(target);
				if (this.redirect != null) {
					this.redirect.accepted(target.name());
				}
				return connection;
			}
			catch (SQLException ex) {
				if (failure != null) {
					ex.addSuppressed(failure);
				}
				failure = ex;
				if (isOver()) {
					break;
				}
			}
		}
		throw Objects.requireNonNull(failure);
	}

	private Connection open(LoginTarget target) throws SQLException {
		DatabaseCredentials credentials = firstCredentials(target);
		SQLException refusals = null;
		while (true) {
			try {
				Connection connection = this.driver.connect(target, credentials, remaining());
				this.accepted = credentials;
				return connection;
			}
			catch (SQLException ex) {
				boolean refusal = ConnectionFailures.isRefusedLogin(ex);
				SQLException failure = refusal ? new LoginRefusedException(credentials, ex) : ex;
				if (refusals != null) {
					failure.addSuppressed(refusals);
				}
				if (!refusal) {
					throw failure;
				}
				this.refused.add(credentials);
				credentials = nextCredentials(target, failure);
				refusals = failure;
			}
		}
	}

	/**
	 * Return the user that the server has let in.
	 * @throws IllegalStateException if it has let nobody in
	 */
	public String user() {
		if (this.accepted == null) {
			throw new IllegalStateException("Nobody is logged in to " + this.address);
		}
		return this.accepted.username();
	}

	/**
	 * Return how many credentials the server has refused.
	 */
	public int refusals() {
		return this.refused.size();
	}

	private DatabaseCredentials firstCredentials(LoginTarget target) throws SQLException {
		try {
			return this.pending.during(null, () -> this.provider.getCredentials(target.name()));
		}
		catch (CredentialsUnavailableException ex) {
			throw PendingCredentials
				.unavailable("There are no credentials for " + this.address + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Asks for other credentials after a refusal.
	 * @throws SQLException the refusal, if there are none or no time is left for them
	 */
	private DatabaseCredentials nextCredentials(LoginTarget target, SQLException refusal) throws SQLException {
		if (this.refused.size() == MAXIMUM_ATTEMPTS || isOver()) {
			throw refusal;
		}
		@Nullable DatabaseCredentials next;
		try {
			next = this.pending.during(refusal,
					() -> this.provider.getCredentialsAfterRefusal(target.name(), List.copyOf(this.refused)));
		}
		catch (CredentialsUnavailableException ex) {
			throw new LoginRefusedException(this.refused.get(this.refused.size() - 1), refusal, ex);
		}
		if (next == null || this.refused.contains(next) || isOver()) {
			throw refusal;
		}
		return next;
	}

	private boolean isOver() {
		return !this.limit.isZero() && elapsed().compareTo(this.limit) >= 0;
	}

	/**
	 * Return what is left of the limit: a millisecond at least, because zero is none.
	 */
	private Duration remaining() {
		if (this.limit.isZero()) {
			return this.limit;
		}
		Duration remaining = this.limit.minus(elapsed());
		return (remaining.toMillis() > 0) ? remaining : Duration.ofMillis(1);
	}

	private Duration elapsed() {
		return Duration.ofNanos(this.nanoTime.getAsLong() - this.start);
	}

}
