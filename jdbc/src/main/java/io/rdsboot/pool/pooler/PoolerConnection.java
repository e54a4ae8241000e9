package io.rdsboot.pool.pooler;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Set;
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
public final class PoolerConnection implements InvocationHandler, PoolerSession {

	/**
	 * What may be the first to need a transaction.
	 */
	private static final Set<String> USES = Set.of("createStatement", "prepareStatement", "prepareCall", "getMetaData",
			"setSavepoint");

	private static final Map<Integer, String> LEVELS = Map.of(Connection.TRANSACTION_READ_UNCOMMITTED,
			"READ UNCOMMITTED", Connection.TRANSACTION_READ_COMMITTED, "READ COMMITTED",
			Connection.TRANSACTION_REPEATABLE_READ, "REPEATABLE READ", Connection.TRANSACTION_SERIALIZABLE,
			"SERIALIZABLE");

	private final Connection target;

	private final BaseConnection driver;

	/**
	 * The level that the server gives transactions, the same in all sessions;
	 * {@code null} until one was asked.
	 */
	private final AtomicReference<@Nullable Integer> defaultIsolation;

	private @Nullable Integer isolation;

	private PoolerConnection(Connection target, AtomicReference<@Nullable Integer> defaultIsolation)
			throws SQLException {
		this.target = target;
		this.driver = target.unwrap(BaseConnection.class);
		this.defaultIsolation = defaultIsolation;
	}

	/**
	 * Wrap a connection that was just opened.
	 * @param target the driver's connection
	 * @param defaultIsolation the level that the server gives transactions, shared by the
	 * connections to it
	 */
	public static Connection of(Connection target, AtomicReference<@Nullable Integer> defaultIsolation)
			throws SQLException {
		return (Connection) Proxy.newProxyInstance(PoolerConnection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, new PoolerConnection(target, defaultIsolation));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		Object[] given = (arguments != null) ? arguments : new Object[0];
		return switch (method.getName()) {
			case "equals" -> proxy == given[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "isWrapperFor" -> given[0] == PoolerSession.class || this.target.isWrapperFor((Class<?>) given[0]);
			case "unwrap" -> (given[0] == PoolerSession.class) ? this : pass(method, arguments);
			case "setTransactionIsolation" -> {
				setIsolation((Integer) given[0]);
				yield null;
			}
			case "getTransactionIsolation" -> isolation();
			case "setSchema" -> throw refused("the schema");
			case "setClientInfo" ->
				throw new SQLClientInfoException(refused("client info").getMessage(), "0A000", Map.of());
			default -> USES.contains(method.getName()) ? use(method, arguments) : pass(method, arguments);
		};
	}

	private @Nullable Object use(Method method, Object @Nullable [] arguments) throws Throwable {
		beginIfNeeded();
		return pass(method, arguments);
	}

	private @Nullable Object pass(Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(this.target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static SQLFeatureNotSupportedException refused(String what) {
		return new SQLFeatureNotSupportedException("A connection through a pooler in transaction mode cannot keep "
				+ what + ": it would be set in a session that others use, too. Give the role its own by"
				+ " ALTER ROLE ... SET, or set it within the transaction by set_config(..., true)", "0A000");
	}

	private void setIsolation(int level) throws SQLException {
		if (!LEVELS.containsKey(level) || isInTransaction()) {
			// Refused by the driver, with nothing sent.
			this.target.setTransactionIsolation(level);
		}
		this.isolation = level;
	}

	private int isolation() throws SQLException {
		if (this.isolation != null) {
			return this.isolation;
		}
		Integer known = this.defaultIsolation.get();
		if (known == null) {
			known = this.target.getTransactionIsolation();
			this.defaultIsolation.set(known);
		}
		return known;
	}

	private boolean isInTransaction() {
		return this.driver.getTransactionState() != TransactionState.IDLE;
	}

	@Override
	public void beginIfNeeded() throws SQLException {
		if (this.isolation == null || this.isolation.equals(this.defaultIsolation.get()) || this.target.getAutoCommit()
				|| isInTransaction()) {
			return;
		}
		this.driver.execSQLUpdate(
				"BEGIN ISOLATION LEVEL " + LEVELS.get(this.isolation) + (this.target.isReadOnly() ? " READ ONLY" : ""));
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

}
