package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;

/**
 * A monitor of a local cluster, with a look each 200 ms, and every snapshot it published.
 */
final class MonitoredCluster implements AutoCloseable {

	static final Duration LIMIT = Duration.ofSeconds(20);

	final List<ClusterTopology> snapshots = new CopyOnWriteArrayList<>();

	final TopologyMonitor monitor;

	private MonitoredCluster(TopologyMonitor monitor) {
		this.monitor = monitor;
		monitor.addListener((previous, current) -> this.snapshots.add(current));
		monitor.start();
	}

	static MonitoredCluster of(LocalRdsCluster cluster) {
		return of(cluster, (builder) -> {
		});
	}

	static MonitoredCluster of(LocalRdsCluster cluster, Consumer<TopologyMonitor.Builder> settings) {
		return of(discovery(cluster), connector(cluster), settings);
	}

	static MonitoredCluster of(InstanceDiscovery discovery, InstanceConnector connector,
			Consumer<TopologyMonitor.Builder> settings) {
		TopologyMonitor.Builder builder = TopologyMonitor.builder(discovery, connector)
			.pollInterval(Duration.ofMillis(200));
		settings.accept(builder);
		return new MonitoredCluster(builder.build());
	}

	static InstanceDiscovery discovery(LocalRdsCluster cluster) {
		List<InstanceState> initial = new ArrayList<>();
		initial.add(new InstanceState(instance(cluster.writer()), InstanceRole.WRITER, true));
		cluster.readers()
			.forEach((reader) -> initial.add(new InstanceState(instance(reader), InstanceRole.READER, true)));
		return new ConfiguredDiscovery(initial);
	}

	static DatabaseInstance instance(LocalRdsInstance instance) {
		InstanceAddress address = new InstanceAddress(instance.host(), instance.port());
		return new DatabaseInstance(instance.name(), address, 1, Map.of(), null);
	}

	static InstanceConnector connector(LocalRdsCluster cluster) {
		return connector(cluster.database(), cluster.username(), cluster.password());
	}

	static InstanceConnector connector(String database, String username, String password) {
		return (instance, timeout) -> {
			Properties properties = new Properties();
			properties.setProperty("user", username);
			properties.setProperty("password", password);
			properties.setProperty("loginTimeout", String.valueOf(timeout.toMillis() / 1000.0));
			Connection connection = DriverManager
				.getConnection("jdbc:postgresql://" + instance.address() + "/" + database, properties);
			connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
			return connection;
		};
	}

	static void execute(Connection connection, String... statements) throws SQLException {
		try (connection; Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

	InstanceState state(LocalRdsInstance instance) {
		return this.monitor.topology().state(instance(instance)).orElseThrow();
	}

	LogProgress progress(LocalRdsInstance instance) {
		LogProgress progress = state(instance).progress();
		if (progress == null) {
			throw new AssertionError("The progress of " + instance + " is not known");
		}
		return progress;
	}

	/**
	 * Waits until an instance's state is as expected.
	 */
	void await(LocalRdsInstance instance, Predicate<InstanceState> expected) {
		Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> state(instance), expected);
	}

	void await(LocalRdsInstance instance, InstanceRole role) {
		await(instance, (state) -> state.role() == role && state.reachable());
	}

	/**
	 * Waits until an instance's progress is known and as expected.
	 */
	void awaitProgress(LocalRdsInstance instance, Predicate<LogProgress> expected) {
		await(instance, (state) -> state.progress() != null && expected.test(state.progress()));
	}

	/**
	 * Waits until nothing is known to be missing that there is by now.
	 */
	void awaitFreshProgress(LocalRdsInstance instance) {
		long now = System.nanoTime();
		awaitProgress(instance, (progress) -> progress.isWithin(Duration.ZERO, now));
	}

	@Override
	public void close() {
		this.monitor.close();
	}

}
