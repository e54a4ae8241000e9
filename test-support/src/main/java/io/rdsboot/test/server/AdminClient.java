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
import java.util.Properties;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's connections to the servers of a cluster. Thread-safe.
 */
public final class AdminClient {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final Login administrator;

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
		return DriverManager.getConnection("jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(),
				URLEncoder.encode(database, StandardCharsets.UTF_8)), properties);
	}

	/**
	 * Executes statements on a connection of their own, within a limit of time.
	 * @param server the server
	 * @param database the database
	 * @param statements the statements, each committed by itself
	 */
	public void execute(DatabaseServer server, String database, String... statements) {
		try (Connection connection = connect(server, database); Statement statement = connection.createStatement()) {
			connection.setNetworkTimeout(Runnable::run, (int) LIMIT.multipliedBy(6).toMillis());
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw failure(server, ex);
		}
	}

	/**
	 * Asks for one value, within a limit of time.
	 * @param server the server
	 * @param query a query for one row
	 * @return the row's first column
	 */
	public @Nullable String query(DatabaseServer server, String query) {
		try (Connection connection = connect(server, "postgres"); Statement statement = connection.createStatement()) {
			connection.setNetworkTimeout(Runnable::run, (int) LIMIT.toMillis());
			try (ResultSet result = statement.executeQuery(query)) {
				result.next();
				return result.getString(1);
			}
		}
		catch (SQLException ex) {
			throw failure(server, ex);
		}
	}

	/**
	 * Asks on one connection until the answer is yes.
	 * @param server the server
	 * @param query a query for one truth value
	 * @param limit the longest to go on asking
	 * @return whether the answer was yes
	 */
	boolean await(DatabaseServer server, String query, Duration limit) {
		try (Connection connection = connect(server, "postgres");
				PreparedStatement statement = connection.prepareStatement(query)) {
			connection.setNetworkTimeout(Runnable::run, (int) LIMIT.toMillis());
			return Deadline.after(limit).await(() -> isTrue(server, statement));
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

}
