package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link io.rdsboot.cluster.watch.TopologyMonitor} while instances fail and
 * roles move. Each has a cluster of its own, because it breaks it.
 */
@ExtendWith(OutputCaptureExtension.class)
class TopologyMonitorFailureTests {

	private LocalRdsCluster cluster;

	private LocalRdsInstance writer;

	private LocalRdsInstance first;

	private LocalRdsInstance second;

	@BeforeEach
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(2).start();
		this.writer = this.cluster.writer();
		this.first = this.cluster.readers().get(0);
		this.second = this.cluster.readers().get(1);
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	private MonitoredCluster monitor() {
		MonitoredCluster monitored = MonitoredCluster.of(this.cluster);
		this.cluster.instances().forEach(monitored::awaitFreshProgress);
		return monitored;
	}

	@Test
	void switchoverMovesTheRolesAndLagIsKnownAgain() {
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.failover(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
			monitored.await(this.writer, InstanceRole.READER);
			Stream.of(this.first, this.second, this.writer).forEach(monitored::awaitFreshProgress);
		}
	}

	@Test
	void promotionAfterACrashIsSeenAtOnce() throws Exception {
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.crash(this.writer);
			monitored.await(this.writer, (state) -> !state.reachable());
			assertThat(monitored.state(this.writer).role()).isEqualTo(InstanceRole.WRITER);
			monitored.awaitFreshProgress(this.first);
			this.cluster.failover(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
			assertThat(monitored.state(this.writer).role()).isEqualTo(InstanceRole.UNKNOWN);
			this.cluster.restart(this.writer);
			monitored.await(this.writer, InstanceRole.READER);
			Stream.of(this.first, this.second, this.writer).forEach(monitored::awaitFreshProgress);
		}
	}

	/**
	 * A watch whose connection is to be replaced goes on to ask over it while the login
	 * takes its time.
	 */
	@Test
	void promotionIsSeenWhileANewConnectionIsBeingOpened() {
		InstanceConnector direct = MonitoredCluster.connector(this.cluster);
		AtomicBoolean slow = new AtomicBoolean();
		CountDownLatch logins = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		InstanceConnector connector = (instance, timeout) -> {
			if (slow.get() && instance.equals(MonitoredCluster.instance(this.first))) {
				logins.countDown();
				awaitQuietly(released);
			}
			return direct.connect(instance, timeout);
		};
		try (MonitoredCluster monitored = MonitoredCluster.of(MonitoredCluster.discovery(this.cluster), connector,
				(builder) -> {
				})) {
			this.cluster.instances().forEach(monitored::awaitFreshProgress);
			slow.set(true);
			monitored.monitor.statementFailed(MonitoredCluster.instance(this.first),
					new SQLException("cannot execute INSERT in a read-only transaction", "25006"));
			Awaitility.await().atMost(MonitoredCluster.LIMIT).until(() -> logins.getCount() == 0);
			this.cluster.failover(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
		}
		finally {
			released.countDown();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void writerThatRestartsIsTheWriterAgain(CapturedOutput output) {
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.crash(this.writer);
			monitored.await(this.writer, (state) -> !state.reachable());
			this.cluster.restart(this.writer);
			monitored.await(this.writer, InstanceRole.WRITER);
			monitored.awaitFreshProgress(this.first);
			assertThat(output).containsOnlyOnce("Instance instance-1, the writer, cannot be reached: ")
				.containsOnlyOnce("Instance instance-1, the writer, can be reached again");
		}
	}

	@Test
	void readerThatRestartsRaisesNoOtherAlarm(CapturedOutput output) {
		try (MonitoredCluster monitored = monitor()) {
			for (int i = 1; i <= 2; i++) {
				this.cluster.crash(this.first);
				monitored.await(this.first, (state) -> !state.reachable());
				this.cluster.restart(this.first);
				monitored.await(this.first, InstanceRole.READER);
				monitored.awaitFreshProgress(this.first);
				assertThat(alarms(output)).hasSize(i)
					.allSatisfy(
							(line) -> assertThat(line).contains("Instance instance-2, a reader, cannot be reached: "));
			}
		}
	}

	/**
	 * One whose host is slow to answer is one that answers.
	 */
	@Test
	void loginThatTakesLongRaisesNoAlarm(CapturedOutput output) throws SQLException {
		InstanceConnector own = MonitoredCluster.connector(this.cluster);
		AtomicInteger slow = new AtomicInteger();
		try (MonitoredCluster monitored = MonitoredCluster.of(MonitoredCluster.discovery(this.cluster),
				(target, timeout) -> {
					if (slow.get() > 0) {
						LockSupport.parkNanos(timeout.toNanos() / 2);
						slow.decrementAndGet();
					}
					return own.connect(target, timeout);
				}, (builder) -> builder.timeout(Duration.ofSeconds(4)))) {
			this.cluster.instances().forEach(monitored::awaitFreshProgress);
			slow.set(2);
			MonitoredCluster.execute(this.cluster.adminConnection(this.first),
					"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
			MonitoredCluster.execute(this.cluster.adminConnection(this.writer),
					"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
			Awaitility.await().atMost(MonitoredCluster.LIMIT).until(() -> slow.get() == 0);
			this.cluster.instances().forEach(monitored::awaitFreshProgress);
			assertThat(alarms(output)).isEmpty();
		}
	}

	private static List<String> alarms(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")).toList();
	}

	@Test
	void listenerThatFailsIsToldAndKeepsNobodyElseFromHearing(CapturedOutput output) {
		try (MonitoredCluster monitored = monitor()) {
			AtomicInteger heard = new AtomicInteger();
			monitored.monitor.addListener((previous, current) -> {
				throw new IllegalStateException("deaf");
			});
			monitored.monitor.addListener((previous, current) -> heard.incrementAndGet());
			assertThat(alarms(output)).isEmpty();
			this.cluster.crash(this.first);
			monitored.await(this.first, (state) -> !state.reachable());
			Awaitility.await().until(() -> heard.get() > 0);
			assertThat(output).contains("A listener failed to take note of a change in the cluster");
		}
	}

	/**
	 * The frozen writer's last word was that it is the writer, and its own answer is not
	 * waited for.
	 */
	@Test
	void promotionBesideAFrozenWriterCountsBeforeItsTimeOut() throws SQLException {
		try (MonitoredCluster monitored = MonitoredCluster.of(this.cluster,
				(builder) -> builder.timeout(Duration.ofHours(1)))) {
			this.cluster.instances().forEach(monitored::awaitFreshProgress);
			this.cluster.freeze(this.writer);
			promote(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
			assertThat(monitored.state(this.writer).role()).isEqualTo(InstanceRole.UNKNOWN);
		}
	}

	@Test
	void frozenWriterIsUnreachableAndReadersStayFresh() {
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.freeze(this.writer);
			monitored.await(this.writer, (state) -> !state.reachable());
			monitored.awaitFreshProgress(this.first);
			this.cluster.thaw(this.writer);
			monitored.await(this.writer, InstanceRole.WRITER);
		}
	}

	@Test
	void frozenReaderDelaysNobody() {
		try (MonitoredCluster monitored = MonitoredCluster.of(this.cluster,
				(builder) -> builder.timeout(Duration.ofHours(1)))) {
			this.cluster.instances().forEach(monitored::awaitFreshProgress);
			this.cluster.freeze(this.second);
			for (int i = 0; i < 3; i++) {
				monitored.awaitFreshProgress(this.writer);
				monitored.awaitFreshProgress(this.first);
			}
			this.cluster.failover(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
		}
	}

	@Test
	void readerThatTheWriterLostLags() throws SQLException {
		try (MonitoredCluster monitored = monitor()) {
			MonitoredCluster.execute(this.cluster.adminConnection(this.second),
					"ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
			MonitoredCluster.execute(this.cluster.adminConnection(this.writer),
					"SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = '"
							+ this.second.name() + "'",
					"CREATE TABLE written ()");
			long written = System.nanoTime();
			monitored.awaitFreshProgress(this.first);
			monitored.awaitProgress(this.second,
					(progress) -> progress.lag() != null && progress.lag().compareTo(Duration.ofSeconds(1)) > 0);
			assertThat(monitored.progress(this.second).includesCommitsUntil(written)).isFalse();
		}
	}

	@Test
	void ofTwoWritersTheOneOnTheHigherTimelineIs(CapturedOutput output) throws SQLException {
		try (MonitoredCluster monitored = monitor()) {
			promote(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
			monitored.await(this.writer, InstanceRole.UNKNOWN);
			monitored.awaitFreshProgress(this.first);
			assertThat(monitored.snapshots).noneMatch((snapshot) -> snapshot.writer().isEmpty());
			monitored.await(this.writer,
					(state) -> output.getOut().contains("Two instances say that they are the writer"));
			monitored.awaitFreshProgress(this.first);
			assertThat(output).containsOnlyOnce(
					"Two instances say that they are the writer: instance-2 is taken for it, and instance-1");
		}
	}

	@Test
	void readerOfAFormerWriterHasNoKnownLag(CapturedOutput output) throws SQLException {
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.pauseReplay(this.first);
			MonitoredCluster.execute(this.cluster.adminConnection(this.writer), "CREATE TABLE lost ()",
					"SELECT pg_switch_wal()", "CREATE TABLE also_lost ()");
			monitored.awaitFreshProgress(this.second);
			MonitoredCluster.execute(this.cluster.adminConnection(this.first), "ALTER SYSTEM SET primary_conninfo = ''",
					"SELECT pg_reload_conf()");
			MonitoredCluster.execute(this.cluster.adminConnection(this.writer),
					"SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = '"
							+ this.first.name() + "'",
					"SELECT pg_switch_wal()", "CREATE TABLE lost_as_well ()");
			monitored.awaitFreshProgress(this.second);
			promote(this.first);
			monitored.await(this.first, InstanceRole.WRITER);
			monitored.await(this.second, (state) -> state.progress() == null);
			try (Connection connection = this.cluster.adminConnection(this.first);
					var statement = connection.createStatement()) {
				for (int i = 0; i < 3; i++) {
					statement.execute("CREATE TABLE written_" + i + " ()");
					statement.execute("SELECT pg_switch_wal()");
				}
			}
			monitored.awaitFreshProgress(this.first);
			monitored.awaitFreshProgress(this.first);
			assertThat(monitored.state(this.second).progress()).isNull();
			assertThat(output).containsOnlyOnce("Reader instance-3 has replayed more than the writer has written");
		}
	}

	@Test
	void instanceOfAnotherClusterIsExcluded(CapturedOutput output) {
		try (LocalRdsCluster foreign = LocalRdsCluster.builder().readers(0).start()) {
			DatabaseInstance stranger = new DatabaseInstance("stranger",
					MonitoredCluster.instance(foreign.writer()).address(), 1, java.util.Map.of(), null);
			List<InstanceState> instances = new ArrayList<>(MonitoredCluster.discovery(this.cluster).initial());
			instances.add(new InstanceState(stranger, InstanceRole.READER, true));
			InstanceConnector own = MonitoredCluster.connector(this.cluster);
			InstanceConnector others = MonitoredCluster.connector(foreign);
			try (MonitoredCluster monitored = MonitoredCluster.of(new ConfiguredDiscovery(instances),
					(instance, timeout) -> (instance.equals(stranger) ? others : own).connect(instance, timeout),
					(builder) -> {
					})) {
				Awaitility.await()
					.atMost(MonitoredCluster.LIMIT)
					.until(() -> monitored.monitor.topology().state(stranger).orElseThrow(),
							(state) -> !state.reachable() && state.role() == InstanceRole.UNKNOWN);
				Awaitility.await()
					.atMost(MonitoredCluster.LIMIT)
					.untilAsserted(() -> assertThat(output).contains("Instance stranger belongs to another cluster"));
				this.cluster.crash(this.writer);
				monitored.await(this.writer, (state) -> !state.reachable());
				monitored.awaitFreshProgress(this.first);
				assertThat(monitored.monitor.topology().state(stranger).orElseThrow().role())
					.isEqualTo(InstanceRole.UNKNOWN);
				assertThat(output).containsOnlyOnce("Instance stranger belongs to another cluster");
			}
		}
	}

	@Test
	void instanceThatAnswersGarbageKeepsItsRole(CapturedOutput output) throws SQLException {
		try (MonitoredCluster monitored = monitor()) {
			LocalRdsInstance reader = this.first;
			MonitoredCluster.execute(this.cluster.adminConnection(this.writer), "SET allow_system_table_mods = on",
					"CREATE FUNCTION pg_catalog.aurora_replica_status() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
					"CREATE FUNCTION pg_catalog.aurora_db_instance_identifier() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$");
			this.cluster.awaitReplication();
			MonitoredCluster.execute(this.cluster.adminConnection(reader),
					"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
			monitored.await(reader, (state) -> state.progress() == null);
			monitored.awaitFreshProgress(this.second);
			assertThat(monitored.state(reader).role()).isEqualTo(InstanceRole.READER);
			assertThat(monitored.state(reader).reachable()).isTrue();
			assertThat(output).containsOnlyOnce("Instance instance-2 cannot be watched, and keeps its role: ");
		}
	}

	@Test
	void poolThatConnectsIsBelieved() {
		InstanceConnector own = MonitoredCluster.connector(this.cluster);
		DatabaseInstance instance = MonitoredCluster.instance(this.first);
		try (MonitoredCluster monitored = MonitoredCluster.of(MonitoredCluster.discovery(this.cluster),
				(target, timeout) -> {
					if (target.equals(instance)) {
						throw new SQLException("No way there", "08001");
					}
					return own.connect(target, timeout);
				}, (builder) -> {
				})) {
			monitored.await(this.first, (state) -> !state.reachable());
			monitored.monitor.connected(instance, null);
			for (int i = 0; i < 3; i++) {
				monitored.awaitFreshProgress(this.second);
				assertThat(monitored.state(this.first).reachable()).isTrue();
			}
			monitored.monitor.unreachable(instance);
			monitored.await(this.first, (state) -> !state.reachable());
		}
	}

	private void promote(LocalRdsInstance reader) throws SQLException {
		MonitoredCluster.execute(this.cluster.adminConnection(reader), "SELECT pg_promote()");
	}

}
