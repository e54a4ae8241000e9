package io.rdsboot.pool.pooler;

import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Makes the driver's connection a {@link PoolerSession}: keeps the isolation level here
 * instead of in the session, lets it travel in {@code BEGIN}, and refuses what only a
 * session could keep. It stands beneath HikariCP, which sets and resets such things
 * itself. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class PoolerConnection extends DriverConnection implements PoolerSession {

	private static final Map<Integer, String> LEVELS = Map.of(Connection.TRANSACTION_READ_UNCOMMITTED,
			"READ UNCOMMITTED", Connection.TRANSACTION_READ_COMMITTED, "READ COMMITTED",
			Connection.TRANSACTION_REPEATABLE_READ, "REPEATABLE READ", Connection.TRANSACTION_SERIALIZABLE,
			"SERIALIZABLE");

	private final BaseConnection driver;

	/**
	 * The level that the server gives transactions, the same in all sessions;
	 * {@code null} until one was asked.
	 */
	private final AtomicReference<@Nullable Integer> defaultIsolation;

	private @Nullable Integer isolation;

	/**
	 * Wrap a connection that was just opened.
	 * @param target the driver's connection
	 * @param defaultIsolation the level that the server gives transactions, shared by the
	 * connections to it
	 */
	public PoolerConnection(Connection target, AtomicReference<@Nullable Integer> defaultIsolation)
			throws SQLException {
		super(target);
		this.driver = target.unwrap(BaseConnection.class);
		this.defaultIsolation = defaultIsolation;
	}

	@Override
	protected Connection inUse() throws SQLException {
		beginIfNeeded();
		return target();
	}

	@Override
	public void setSchema(String schema) throws SQLException {
		throw refused("the schema");
	}

	@Override
	public void setClientInfo(String name, String value) throws SQLClientInfoException {
		throw refusedClientInfo();
	}

	@Override
	public void setClientInfo(Properties properties) throws SQLClientInfoException {
		throw refusedClientInfo();
	}

	private static SQLClientInfoException refusedClientInfo() {
		return new SQLClientInfoException(refused("client info").getMessage(), "0A000", Map.of());
	}

	private static SQLFeatureNotSupportedException refused(String what) {
		return new SQLFeatureNotSupportedException("A connection through a pooler in transaction mode cannot keep "
				+ what + ": it would be set in a session that others use, too. Give the role its own by"
				+ " ALTER ROLE ... SET, or set it within the transaction by set_config(..., true)", "0A000");
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		if (!LEVELS.containsKey(level) || isInTransaction()) {
			// Refused by the driver, with nothing sent.
			target().setTransactionIsolation(level);
		}
		this.isolation = level;
	}

	@Override
	public int getTransactionIsolation() throws SQLException {
		if (this.isolation != null) {
			return this.isolation;
		}
		Integer known = this.defaultIsolation.get();
		if (known == null) {
			known = target().getTransactionIsolation();
			this.defaultIsolation.set(known);
		}
		return known;
	}

	private boolean isInTransaction() {
		return this.driver.getTransactionState() != TransactionState.IDLE;
	}

	@Override
	public void beginIfNeeded() throws SQLException {
		if (this.isolation == null || this.isolation.equals(this.defaultIsolation.get()) || target().getAutoCommit()
				|| isInTransaction()) {
			return;
		}
		this.driver.execSQLUpdate(
				"BEGIN ISOLATION LEVEL " + LEVELS.get(this.isolation) + (target().isReadOnly() ? " READ ONLY" : ""));
	}

}
