package io.rdsboot.test.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrator's connections to the servers of a cluster. Keeps one to the database
 * {@value #MAINTENANCE_DATABASE} of each server, because a login takes longer than most
 * statements. Thread-safe.
 */
public final class AdminClient implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(AdminClient.class);

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final int VALIDATION_SECONDS = 1;

	private static final String MAINTENANCE_DATABASE = "postgres";

	private final Login administrator;

	private final Map<DatabaseServer, Connection> kept = new ConcurrentHashMap<>();

	private volatile boolean closed;

	public AdminClient(Login administrator) {
		this.administrator = administrator;
	}

	/**
	 * Opens a connection, waiting at most ten seconds for the server.
	 * @param server the server
	 * @param database the database
	 * @return a connection in autocommit mode, without a limit on its statements
	 * @throws SQLException when the server refuses or does not answer
	 */
	public Connection connect(DatabaseServer server, String database) throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("user", this.administrator.username());
		properties.setProperty("password", this.administrator.password());
		properties.setProperty("loginTimeout", Long.toString(LIMIT.toSeconds()));
		properties.setProperty("connectTimeout", Long.toString(LIMIT.toSeconds()));
		properties.setProperty("ApplicationName", "rds-local");
		// The administrator also writes where a Blue/Green deployment lets nobody else.
		properties.setProperty("options", "-c default_transaction_read_only=off");
		return DriverManager.getConnection("jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(),
				URLEncoder.encode(database, StandardCharsets.UTF_8)), properties);
	}

	private Connection borrow(DatabaseServer server, String database) throws SQLException {
		if (database.equals(MAINTENANCE_DATABASE)) {
			Connection connection = this.kept.remove(server);
			if (connection != null) {
				if (connection.isValid(VALIDATION_SECONDS)) {
					return connection;
				}
				connection.close();
			}
		}
		return connect(server, database);
	}

	private void giveBack(DatabaseServer server, String database, Connection connection) throws SQLException {
		boolean isKept = database.equals(MAINTENANCE_DATABASE) && !connection.isClosed()
				&& this.kept.putIfAbsent(server, connection) == null;
		if (!isKept || (this.closed && this.kept.remove(server, connection))) {
			connection.close();
		}
	}

	/**
	 * Executes statements within a limit of time.
	 * @param server the server
	 * @param database the database
	 * @param statements the statements, each committed by itself
	 */
	public void execute(DatabaseServer server, String database, String... statements) {
		call(server, database, (connection) -> {
			connection.setNetworkTimeout(Runnable::run, (int) LIMIT.multipliedBy(6).toMillis());
			try (Statement statement = connection.createStatement()) {
				for (String sql : statements) {
					statement.execute(sql);
				}
			}
			return true;
		});
	}

	/**
	 * Asks for one value, within a limit of time.
	 * @param server the server
	 * @param query a query for one row
	 * @return the row's first column
	 */
	public @Nullable String query(DatabaseServer server, String query) {
		return call(server, MAINTENANCE_DATABASE, (connection) -> {
			connection.setNetworkTimeout(Runnable::run, (int) LIMIT.toMillis());
			try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
				result.next();
				return result.getString(1);
			}
		});
	}

	/**
	 * Asks on one connection until the answer is yes.
	 * @param server the server
	 * @param query a query for one truth value
	 * @param limit the longest to go on asking
	 * @return whether the answer was yes
	 */
	boolean await(DatabaseServer server, String query, Duration limit) {
		return Boolean.TRUE.equals(call(server, MAINTENANCE_DATABASE, (connection) -> {
			connection.setNetworkTimeout(Runnable::run, (int) LIMIT.toMillis());
			try (PreparedStatement statement = connection.prepareStatement(query)) {
				return Deadline.after(limit).await(() -> isTrue(server, statement));
			}
		}));
	}

	private <T> @Nullable T call(DatabaseServer server, String database, Call<T> call) {
		try {
			Connection connection = borrow(server, database);
			try {
				return call.on(connection);
			}
			finally {
				giveBack(server, database, connection);
			}
		}
		catch (SQLException ex) {
			throw failure(server, ex);
		}
	}

	private static boolean isTrue(DatabaseServer server, PreparedStatement statement) {
		try (ResultSet result = statement.executeQuery()) {
			return result.next() && result.getBoolean(1);
		}
		catch (SQLException ex) {
			throw failure(server, ex);
		}
	}

	private static LocalRdsException failure(DatabaseServer server, SQLException ex) {
		return new LocalRdsException(
				"%s (%s:%d) reports: %s".formatted(server.name(), server.host(), server.port(), ex.getMessage()), ex);
	}

	/**
	 * Closes the connections that are kept.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.kept.values().removeIf((connection) -> {
			try {
				connection.close();
			}
			catch (SQLException ex) {
				logger.trace("The server has ended before its connection", ex);
			}
			return true;
		});
	}

	private interface Call<T> {

		@Nullable T on(Connection connection) throws SQLException;

	}

}
