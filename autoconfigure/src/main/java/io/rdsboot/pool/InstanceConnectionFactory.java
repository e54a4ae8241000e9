package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
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
final class InstanceConnectionFactory extends AbstractDataSource implements AutoCloseable {

	private final DatabaseInstance instance;

	private final InstanceDriver driver;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final ConnectivityListener listener;

	private final OpenConnections connections;

	private final FormerUsers formerUsers;

	private final LongSupplier nanoTime;

	private volatile Duration loginTimeout = Duration.ZERO;

	private volatile boolean refusing;

	private volatile Consumer<@Nullable SQLException> reachability = (failure) -> {
	};

	InstanceConnectionFactory(DatabaseInstance instance, InstanceDriver driver,
			DatabaseCredentialsProvider credentialsProvider, ConnectivityListener listener, OpenConnections connections,
			FormerUsers formerUsers, LongSupplier nanoTime) {
		this.instance = instance;
		this.driver = driver;
		this.credentialsProvider = credentialsProvider;
		this.listener = listener;
		this.connections = connections;
		this.formerUsers = formerUsers;
		this.nanoTime = nanoTime;
	}

	/**
	 * Set who hears after each attempt to connect why the server could not be reached, or
	 * {@code null} if it could.
	 */
	void onAttempt(Consumer<@Nullable SQLException> reachability) {
		this.reachability = reachability;
	}

	/**
	 * Open no more connections for the pool, which is about to be closed.
	 */
	void refuse() {
		this.refusing = true;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.refusing) {
			throw new PoolClosedException(this.instance);
		}
		return connect(this.loginTimeout);
	}

	/**
	 * Open a connection.
	 * @param limit the longest that the login may take, all its attempts together
	 */
	Connection connect(Duration limit) throws SQLException {
		Login login = new Login(this.instance.address(), this.credentialsProvider, this.driver, limit, this.nanoTime);
		try {
			Connection connection = login.open();
			this.connections.opened(connection, login.user());
			this.formerUsers.loggedIn(login.user());
			this.reachability.accept(null);
			this.listener.connected(this.instance);
			return connection;
		}
		catch (SQLException ex) {
			if (Thread.currentThread().isInterrupted()) {
				// The pool is being closed, and nothing is known of the server.
				throw ex;
			}
			boolean unreachable = ConnectionFailures.isUnreachable(ex);
			this.reachability.accept(unreachable ? ex : null);
			if (unreachable) {
				this.listener.unreachable(this.instance);
			}
			this.listener.failed(this.instance, ex);
			throw ex;
		}
	}

	/**
	 * Pass on that a statement failed on a connection that was opened here.
	 */
	void statementFailed(SQLException failure) {
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
