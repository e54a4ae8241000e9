package io.rdsboot.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.server.RolePassword;
import io.rdsboot.test.server.SqlQuotes;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One of the two databases of a {@link LocalRdsMove}, with two logins: the application's,
 * which owns the database, and the mover's, which may also replicate. Thread-safe.
 */
public final class LocalRdsMoveDatabase {

	private static final int CONNECT_SECONDS = 10;

	private final LocalRdsCluster cluster;

	private final Login mover = Login.generate("mover");

	LocalRdsMoveDatabase(LocalRdsCluster cluster) {
		this.cluster = cluster;
		try (Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement()) {
			createMover(statement);
		}
		catch (SQLException ex) {
			throw new LocalRdsException("Could not create the login that moves: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Until PostgreSQL 16, superusers alone may subscribe. RDS and Neon grant it to a
	 * role of theirs, which has no counterpart there.
	 */
	private void createMover(Statement statement) throws SQLException {
		boolean grantable = statement.getConnection().getMetaData().getDatabaseMajorVersion() >= 16;
		statement.execute("CREATE ROLE mover LOGIN REPLICATION %s PASSWORD %s".formatted(grantable ? "" : "SUPERUSER",
				RolePassword.literal(this.mover.password())));
		if (grantable) {
			statement.execute("GRANT %s, pg_create_subscription, pg_monitor TO mover"
				.formatted(SqlQuotes.identifier(this.cluster.username())));
			statement.execute(
					"GRANT CREATE ON DATABASE %s TO mover".formatted(SqlQuotes.identifier(this.cluster.database())));
		}
	}

	/**
	 * The server, with its controls.
	 * @return the cluster, of one instance
	 */
	public LocalRdsCluster cluster() {
		return this.cluster;
	}

	/**
	 * Address of the server, over which clients and the other server log in by TLS.
	 * {@code cut()}, {@code freeze()} and {@code slow} break the network in front of it.
	 * @return the address
	 */
	public LocalRdsAddress address() {
		return this.cluster.writerAddress();
	}

	/**
	 * The login that moves.
	 * @return the role's name
	 */
	public String moverUsername() {
		return this.mover.username();
	}

	/**
	 * Password of the login that moves, made up for this database.
	 * @return the password
	 */
	public String moverPassword() {
		return this.mover.password();
	}

	/**
	 * Opens connections of the login that moves, at the {@linkplain #address() address}.
	 * @return a data source that opens a connection for each call, waiting at most ten
	 * seconds
	 */
	public DataSource moverDataSource() {
		return dataSource(this.mover);
	}

	/**
	 * Opens connections of the application, at the {@linkplain #address() address}.
	 * @return a data source that opens a connection for each call, waiting at most ten
	 * seconds
	 */
	public DataSource applicationDataSource() {
		return dataSource(new Login(this.cluster.username(), this.cluster.password()));
	}

	private DataSource dataSource(Login login) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setServerNames(new String[] { address().host() });
		dataSource.setPortNumbers(new int[] { address().port() });
		dataSource.setDatabaseName(this.cluster.database());
		dataSource.setUser(login.username());
		dataSource.setPassword(login.password());
		dataSource.setSslMode("require");
		dataSource.setConnectTimeout(CONNECT_SECONDS);
		dataSource.setLoginTimeout(CONNECT_SECONDS);
		return dataSource;
	}

	/**
	 * Pauses the server as Neon suspends an idle compute: all connections are lost, and
	 * new ones are refused until {@link #resume()}.
	 */
	public void suspend() {
		this.cluster.crash(this.cluster.writer());
	}

	/**
	 * Starts the server again after {@link #suspend()}.
	 */
	public void resume() {
		this.cluster.restart(this.cluster.writer());
	}

	/**
	 * Restarts the server as a crash does: all connections are lost.
	 */
	public void restart() {
		suspend();
		resume();
	}

	@Override
	public String toString() {
		return "%s:%d/%s".formatted(address().host(), address().port(), this.cluster.database());
	}

}
