package io.rdsboot.pool.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.pool.login.FailedInstance;
import io.rdsboot.pool.login.InstanceDriver;
import io.rdsboot.pool.login.Login;
import io.rdsboot.pool.login.PendingCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens physical connections to one instance, each with credentials of that moment, and
 * reports how it went. Thread-safe.
 *
 * <p>
 * It stands where HikariCP would use its own driver data source, because a failure to
 * connect has to be seen when it happens: HikariCP tells a borrower only after the whole
 * borrow time-out.
 */
public final class InstanceConnectionFactory extends AbstractDataSource implements AutoCloseable {

	/**
	 * How long a server that has just let somebody in may take to say who it is.
	 */
	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

	private final DatabaseInstance instance;

	private final InstanceDriver driver;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final PendingCredentials pending;

	private final ConnectivityListener listener;

	private final OpenConnections connections;

	private final FormerUsers formerUsers;

	private final IsolationDetection isolationDetection = new IsolationDetection();

	private final LongSupplier nanoTime;

	private final Supplier<@Nullable AddressRedirect> redirect;

	private volatile Duration loginTimeout = Duration.ZERO;

	/**
	 * Makes what the pool is refused with, or {@code null} while it is not.
	 */
	private volatile @Nullable Supplier<? extends SQLException> refusal;

	/**
	 * The server that the address is known to lead to.
	 */
	private volatile @Nullable ServerIdentity server;

	private volatile Consumer<@Nullable SQLException> reachability = (failure) -> {
	};

	public InstanceConnectionFactory(DatabaseInstance instance, InstanceDriver driver,
			DatabaseCredentialsProvider credentialsProvider, ConnectivityListener listener, OpenConnections connections,
			FormerUsers formerUsers, Supplier<@Nullable AddressRedirect> redirect, LongSupplier nanoTime) {
		this.instance = instance;
		this.driver = driver;
		this.credentialsProvider = credentialsProvider;
		this.pending = new PendingCredentials(instance.address(), credentialsProvider, nanoTime);
		this.listener = listener;
		this.connections = connections;
		this.formerUsers = formerUsers;
		this.redirect = redirect;
		this.nanoTime = nanoTime;
	}

	/**
	 * Set who hears after each attempt to connect why the server could not be reached, or
	 * {@code null} if it could.
	 */
	public void onAttempt(Consumer<@Nullable SQLException> reachability) {
		this.reachability = reachability;
	}

	/**
	 * Open no more connections for the pool, which is about to be closed.
	 * @param refusal makes the exception that it gets instead
	 */
	public void refuse(Supplier<? extends SQLException> refusal) {
		this.refusal = refusal;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Supplier<? extends SQLException> refusal = this.refusal;
		if (refusal != null) {
			throw refusal.get();
		}
		return connect(this.loginTimeout);
	}

	/**
	 * Take note of the server that the address leads to from now on.
	 * @param present the server, or {@code null} where that is not known
	 * @return whether that is news
	 */
	public boolean leadsTo(@Nullable ServerIdentity present) {
		boolean news = !Objects.equals(this.server, present);
		this.server = present;
		return news;
	}

	/**
	 * Open a connection. One that was opened while the address moved, and leads to the
	 * server before, is opened anew.
	 * @param limit the longest that the login may take, all its attempts together
	 */
	Connection connect(Duration limit) throws SQLException {
		ServerIdentity before = this.server;
		Login login = new Login(this.instance.address(), this.redirect.get(), this.credentialsProvider, this.pending,
				this.driver, limit, this.nanoTime);
		try {
			Connection connection = this.isolationDetection.prepare(login.open());
			tellOfRefusals(login, true);
			this.pending.accepted();
			ServerIdentity met = identify(connection);
			ServerIdentity present = this.server;
			if (met != null && met.equals(before) && present != null && !met.equals(present)) {
				connection.close();
				return connect(limit);
			}
			this.connections.opened(connection, login.user(), met);
			this.formerUsers.loggedIn(login.user());
			this.reachability.accept(null);
			this.listener.connected(this.instance, met);
			return connection;
		}
		catch (SQLException ex) {
			if (Thread.currentThread().isInterrupted()) {
				// The pool is being closed, and nothing is known of the server.
				throw ex;
			}
			tellOfRefusals(login, false);
			boolean unreachable = ConnectionFailures.isUnreachable(ex);
			this.reachability.accept(unreachable ? ex : null);
			if (unreachable) {
				this.listener.unreachable(this.instance);
			}
			this.listener.failed(this.instance, ex);
			throw ex;
		}
	}

	private void tellOfRefusals(Login login, boolean recovered) {
		if (login.refusals() > 0) {
			this.listener.loginRefused(this.instance, login.refusals(), recovered);
		}
	}

	/**
	 * Connect to the instance, which its listener hears of, and return whether anything
	 * answers there.
	 * @param limit the longest to wait for an answer
	 */
	public boolean answers(Duration limit) {
		try {
			connect(limit).close();
			return true;
		}
		catch (SQLException ex) {
			return !ConnectionFailures.isUnanswered(ex);
		}
	}

	/**
	 * Connect to the instance, which its listener hears of, and return whether the server
	 * there takes writes; not if nobody answers.
	 * @param limit the longest to wait for a connection
	 */
	public boolean takesWrites(Duration limit) {
		try (Connection connection = connect(limit)) {
			return ReadOnlyServerDetection.takesWrites(connection);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Ask a new connection which server it leads to.
	 * @return the server, or {@code null} where several may stand behind the address, or
	 * it does not tell
	 */
	private @Nullable ServerIdentity identify(Connection connection) throws SQLException {
		if (this.instance.fixedRole() != null) {
			return null;
		}
		int timeout = connection.getNetworkTimeout();
		try {
			connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_LIMIT.toMillis()));
			return ServerIdentity.of(connection);
		}
		catch (SQLException ex) {
			if (ConnectionFailures.isLostConnection(ex)) {
				connection.close();
				throw ex;
			}
			return null;
		}
		finally {
			if (!connection.isClosed()) {
				connection.setNetworkTimeout(Runnable::run, timeout);
			}
		}
	}

	/**
	 * Return that a login waits for its credentials, or {@code null} if none does, or not
	 * for long.
	 */
	public @Nullable SQLException credentialsFailure() {
		return this.pending.failure();
	}

	/**
	 * Pass on that a statement failed on a connection that was opened here.
	 */
	public void statementFailed(SQLException failure) {
		FailedInstance.addTo(failure, this.instance);
		this.listener.statementFailed(this.instance, failure);
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("The credentials come from the DatabaseCredentialsProvider");
	}

	/**
	 * Set the limit of one login, all its attempts together. HikariCP calls this with its
	 * connection time-out, so that no login outlasts the borrower that waits for it.
	 */
	@Override
	public void setLoginTimeout(int seconds) {
		this.loginTimeout = Duration.ofSeconds(seconds);
	}

	@Override
	public int getLoginTimeout() {
		return Math.toIntExact(this.loginTimeout.toSeconds());
	}

	@Override
	public void close() {
		this.driver.close();
	}

}
