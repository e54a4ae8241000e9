package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * Pools that follow a topology which a test publishes: two connections for a reader and
 * four for a writer, all of them opened ahead.
 */
public final class FollowedPools implements AutoCloseable {

	static final int READER_SIZE = 2;

	static final int WRITER_SIZE = 4;

	private static final AtomicInteger LAST_ID = new AtomicInteger();

	/**
	 * What the connections of these pools are called on the server.
	 */
	final String applicationName = "followed-pools-" + LAST_ID.incrementAndGet();

	final Queue<String> heard = new ConcurrentLinkedQueue<>();

	public final ManualTopology topology;

	public final InstancePools pools;

	public FollowedPools(LocalRdsCluster cluster, HikariPoolCustomizer customizer, Duration drainLimit,
			InstanceState... states) {
		this(cluster, TlsSettings.DEFAULT, customizer, drainLimit, states);
	}

	public FollowedPools(LocalRdsCluster cluster, TlsSettings tls, HikariPoolCustomizer customizer, Duration drainLimit,
			InstanceState... states) {
		this(cluster, tls, customizer, drainLimit, PoolTopologyFollower.ANSWER_LIMIT, states);
	}

	public FollowedPools(LocalRdsCluster cluster, TlsSettings tls, HikariPoolCustomizer customizer, Duration drainLimit,
			Duration answerLimit, InstanceState... states) {
		DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
		this.topology = new ManualTopology(states);
		this.pools = new InstancePools(cluster.database(), (address) -> credentials, tls, new Listener(),
				List.of(this::configure, customizer));
		this.pools.follow(this.topology, drainLimit, answerLimit);
	}

	private void configure(HikariConfig config, DatabaseInstance instance, InstanceRole role) {
		config.setMaximumPoolSize((role == InstanceRole.WRITER) ? WRITER_SIZE : READER_SIZE);
		config.setConnectionTimeout(10_000);
		config.addDataSourceProperty("ApplicationName", this.applicationName);
	}

	static DatabaseInstance instance(LocalRdsInstance instance) {
		return DatabaseInstance.at(new InstanceAddress(instance.host(), instance.port()));
	}

	static InstanceState state(LocalRdsInstance instance, InstanceRole role, boolean reachable) {
		return new InstanceState(instance(instance), role, reachable);
	}

	/**
	 * Returns the process that serves a connection.
	 */
	static int backend(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	@Override
	public void close() {
		this.pools.close();
	}

	private final class Listener implements ConnectivityListener {

		@Override
		public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
			FollowedPools.this.heard.add("connected");
		}

		@Override
		public void unreachable(DatabaseInstance instance) {
			FollowedPools.this.heard.add("unreachable");
		}

		@Override
		public void statementFailed(DatabaseInstance instance, SQLException failure) {
			FollowedPools.this.heard.add("statement failed " + failure.getSQLState());
		}

	}

}
