package io.rdsboot.routing.consistency;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A routing data source on a writer and two readers, where the test says how far the
 * readers are.
 */
@LocalRds(readers = 2)
abstract class AbstractSessionConsistencyTests {

	static final long SECOND = Duration.ofSeconds(1).toNanos();

	final LocalRdsCluster cluster;

	final DatabaseInstance writer;

	final DatabaseInstance first;

	final DatabaseInstance second;

	final int writerPort;

	final int firstPort;

	final int secondPort;

	ManualTopology topology;

	RoutedCluster routed;

	AbstractSessionConsistencyTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = RoutedCluster.instance(cluster.writer(), 1);
		this.first = RoutedCluster.instance(cluster.readers().get(0), 1);
		this.second = RoutedCluster.instance(cluster.readers().get(1), 1);
		this.writerPort = cluster.writer().port();
		this.firstPort = cluster.readers().get(0).port();
		this.secondPort = cluster.readers().get(1).port();
	}

	@BeforeEach
	void open() {
		open((builder) -> {
		});
	}

	void open(Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		close();
		this.topology = new ManualTopology(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.first, InstanceRole.READER, true),
				new InstanceState(this.second, InstanceRole.READER, true));
		this.routed = new RoutedCluster(this.cluster, this.topology, new ConnectivityListener() {
		}, settings);
		at(100);
		caughtUp(100, 100);
	}

	@AfterEach
	void close() {
		if (this.routed != null) {
			this.routed.close();
		}
	}

	static int backend(Statement statement) throws SQLException {
		try (var resultSet = statement.executeQuery("SELECT pg_backend_pid()")) {
			resultSet.next();
			return resultSet.getInt(1);
		}
	}

	void terminate(int backend) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute("SELECT pg_terminate_backend(" + backend + ", 5000)");
		}
	}

	void at(long seconds) {
		this.routed.nanoTime.set(seconds * SECOND);
	}

	void caughtUp(@Nullable Integer first, @Nullable Integer second) {
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.first, InstanceRole.READER, true, progress(first)),
				new InstanceState(this.second, InstanceRole.READER, true, progress(second)));
	}

	static @Nullable LogProgress progress(@Nullable Integer second) {
		return (second != null)
				? new LogProgress(new LogPosition(second), second * SECOND, second * SECOND, Duration.ZERO) : null;
	}

	void unreachable() {
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.first, InstanceRole.READER, false),
				new InstanceState(this.second, InstanceRole.READER, false));
	}

	/**
	 * Returns the ports that serve four reads one after the other.
	 */
	Set<Integer> readingPorts() {
		Set<Integer> ports = new TreeSet<>();
		for (int i = 0; i < 4; i++) {
			ports.add(this.routed.readingPort());
		}
		return ports;
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
