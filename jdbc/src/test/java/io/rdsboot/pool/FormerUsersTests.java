package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.borrow.Leases;
import io.rdsboot.pool.connection.FormerUsers;
import io.rdsboot.pool.connection.InstanceConnectionFactory;
import io.rdsboot.pool.connection.OpenConnections;
import io.rdsboot.pool.login.InstanceDriver;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsSecret;
import io.rdsboot.test.RotationStrategy;
import io.rdsboot.tls.TlsSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how connections leave a pool after a rotation of alternating users.
 */
class FormerUsersTests {

	/**
	 * Connections of the user before the rotation. The pool has room for one more.
	 */
	private static final int FORMER = 3;

	private static LocalRdsCluster cluster;

	private final AtomicLong nanoTime = new AtomicLong();

	private InstancePool pool;

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(0).secretsManager(RotationStrategy.ALTERNATING_USERS).start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void createPool() throws SQLException {
		DatabaseInstance writer = DatabaseInstance
			.at(new InstanceAddress(cluster.writer().host(), cluster.writer().port()));
		LocalRdsSecret secret = cluster.secret();
		DatabaseCredentialsProvider provider = (address) -> new DatabaseCredentials(secret.username(),
				secret.password());
		HikariConfig config = new HikariConfig();
		config.setMaximumPoolSize(FORMER + 1);
		config.setMinimumIdle(0);
		OpenConnections connections = new OpenConnections();
		FormerUsers formerUsers = new FormerUsers(connections, this.nanoTime::get);
		this.pool = new InstancePool(writer, InstanceRole.WRITER,
				new InstanceConnectionFactory(writer,
						new InstanceDriver(writer, cluster.database(), Map.of(), TlsSettings.DEFAULT, PoolerMode.AUTO,
								null),
						provider, ConnectivityListener.all(List.of()), connections, formerUsers, () -> null,
						this.nanoTime::get),
				connections, formerUsers, new Leases(this.nanoTime::get), new PoolFilling(), config);
		borrowAll(FORMER);
	}

	@AfterEach
	void closePool() {
		this.pool.close();
	}

	@Test
	void connectionsStayWhileTheirUserLogsIn() throws SQLException {
		List<Session> before = borrowAll(FORMER + 1);
		for (int i = 0; i < 10; i++) {
			passSecond();
			assertThat(borrowAll(FORMER + 1)).hasSameElementsAs(before);
		}
	}

	@Test
	void connectionsStayWhenNobodyElseHasLoggedIn() throws SQLException {
		List<Session> before = borrowAll(FORMER);
		cluster.secret().rotate();
		for (int i = 0; i < 10; i++) {
			passSecond();
			assertThat(borrowAll(FORMER)).hasSameElementsAs(before);
		}
	}

	@Test
	void connectionsOfFormerUserGoOneASecond() throws SQLException {
		String former = cluster.secret().username();
		cluster.secret().rotate();
		assertThat(cluster.secret().username()).isNotEqualTo(former);
		assertThat(count(former, borrowAll(FORMER + 1))).isEqualTo(FORMER);
		for (int left = FORMER - 1; left >= 0; left--) {
			for (int i = 0; i < 10; i++) {
				borrowAll(FORMER + 1);
			}
			assertThat(count(former, borrowAll(FORMER + 1))).isEqualTo(left);
			passSecond();
		}
		List<Session> all = borrowAll(FORMER + 1);
		passSecond();
		borrowAll(FORMER + 1);
		assertThat(borrowAll(FORMER + 1)).hasSameElementsAs(all);
	}

	@Test
	void connectionIsNotClosedUnderItsBorrower() throws SQLException {
		String former = cluster.secret().username();
		cluster.secret().rotate();
		borrowAll(FORMER + 1);
		List<Connection> borrowed = borrow(FORMER);
		passSecond();
		borrowed.add(this.pool.getConnection());
		try {
			assertThat(count(former, sessions(borrowed))).isEqualTo(FORMER);
		}
		finally {
			closeAll(borrowed);
		}
	}

	private void passSecond() {
		this.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
	}

	private List<Connection> borrow(int count) throws SQLException {
		List<Connection> connections = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			connections.add(this.pool.getConnection());
		}
		return connections;
	}

	/**
	 * Borrows connections at the same time, gives them back, and returns what they were.
	 */
	private List<Session> borrowAll(int count) throws SQLException {
		List<Connection> connections = borrow(count);
		try {
			return sessions(connections);
		}
		finally {
			closeAll(connections);
		}
	}

	private static List<Session> sessions(List<Connection> connections) throws SQLException {
		List<Session> sessions = new ArrayList<>();
		for (Connection connection : connections) {
			try (Statement statement = connection.createStatement();
					ResultSet row = statement.executeQuery("SELECT session_user, pg_backend_pid()")) {
				row.next();
				sessions.add(new Session(row.getString(1), row.getInt(2)));
			}
		}
		return sessions;
	}

	private static void closeAll(List<Connection> connections) throws SQLException {
		for (Connection connection : connections) {
			connection.close();
		}
	}

	private static long count(String user, List<Session> sessions) {
		return sessions.stream().filter((session) -> session.user().equals(user)).count();
	}

	record Session(String user, int backend) {

	}

}
