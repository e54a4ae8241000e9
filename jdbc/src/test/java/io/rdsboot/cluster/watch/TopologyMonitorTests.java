package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TopologyMonitor} on a cluster that stays as it is.
 */
@ExtendWith(OutputCaptureExtension.class)
class TopologyMonitorTests {

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(2).start();
		write("CREATE TABLE written (number bigint)");
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static void write(String statement) throws SQLException {
		MonitoredCluster.execute(cluster.adminConnection(cluster.writer()), statement);
	}

	@Test
	void rolesAreWhatTheServersSay() {
		List<InstanceState> wrong = List.of(
				new InstanceState(MonitoredCluster.instance(cluster.readers().get(0)), InstanceRole.WRITER, true),
				new InstanceState(MonitoredCluster.instance(cluster.writer()), InstanceRole.READER, true),
				new InstanceState(MonitoredCluster.instance(cluster.readers().get(1)), InstanceRole.UNKNOWN, true));
		try (MonitoredCluster monitored = MonitoredCluster.of(new ConfiguredDiscovery(wrong),
				MonitoredCluster.connector(cluster), (builder) -> {
				})) {
			monitored.await(cluster.writer(), InstanceRole.WRITER);
			cluster.readers().forEach((reader) -> monitored.await(reader, InstanceRole.READER));
		}
	}

	@Test
	void firstLookIsSoonAndTellsProgress() throws InterruptedException {
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster,
				(builder) -> builder.pollInterval(Duration.ofHours(1)))) {
			assertThat(monitored.monitor.awaitFirstLook(MonitoredCluster.LIMIT)).isTrue();
			assertThat(monitored.progress(cluster.writer()).lag()).isZero();
			assertThat(cluster.readers())
				.allSatisfy((reader) -> assertThat(monitored.state(reader).progress()).isNotNull());
		}
	}

	@Test
	void monitorsOfOneServiceCountEachOtherAndNotTheirFormerSessions() {
		AtomicInteger connections = new AtomicInteger();
		InstanceConnector plain = MonitoredCluster.connector(cluster);
		InstanceConnector named = (instance, timeout) -> {
			connections.incrementAndGet();
			Connection connection = plain.connect(instance, timeout);
			connection.setClientInfo("ApplicationName", "counted/rds-topology-monitor");
			return connection;
		};
		Consumer<TopologyMonitor.Builder> settings = (builder) -> builder.pollInterval(Duration.ofMillis(20))
			.reconnectInterval(Duration.ofMillis(100));
		DatabaseInstance writer = MonitoredCluster.instance(cluster.writer());
		try (MonitoredCluster first = MonitoredCluster.of(MonitoredCluster.discovery(cluster), named, settings)) {
			Awaitility.await().until(() -> first.monitor.limits(writer).connections() > 0);
			int before = connections.get();
			while (connections.get() < before + 30) {
				assertThat(first.monitor.limits(writer).monitors()).isOne();
			}
			try (MonitoredCluster second = MonitoredCluster.of(MonitoredCluster.discovery(cluster), named, settings)) {
				Awaitility.await()
					.until(() -> first.monitor.limits(writer).monitors() == 2
							&& second.monitor.limits(writer).monitors() == 2);
			}
			Awaitility.await().until(() -> first.monitor.limits(writer).monitors() == 1);
		}
	}

	@Test
	void idleWriterIsNoLag() {
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster)) {
			LocalRdsInstance reader = cluster.readers().get(0);
			for (int i = 0; i < 5; i++) {
				monitored.awaitFreshProgress(reader);
				assertThat(monitored.progress(reader).lag()).isZero();
			}
		}
	}

	@Test
	void pausedReplayIsGrowingLagUntilItResumes() throws SQLException {
		LocalRdsInstance paused = cluster.readers().get(0);
		LocalRdsInstance other = cluster.readers().get(1);
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster)) {
			monitored.awaitFreshProgress(paused);
			cluster.pauseReplay(paused);
			try {
				write("INSERT INTO written VALUES (1)");
				long written = System.nanoTime();
				monitored.awaitProgress(other, (progress) -> progress.includesCommitsUntil(written));
				monitored.awaitProgress(paused, (progress) -> progress.sampledAt() - written > 1_000_000_000);
				LogProgress progress = monitored.progress(paused);
				assertThat(progress.includesCommitsUntil(written)).isFalse();
				assertThat(progress.lag()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
			}
			finally {
				cluster.resumeReplay(paused);
			}
			monitored.awaitFreshProgress(paused);
			assertThat(monitored.progress(paused).lag()).isZero();
		}
	}

	/**
	 * The promise that reads of own writes stand on, over many positions: behind page
	 * headers and elsewhere.
	 */
	@Test
	void readerThatIncludesACommitShowsIt() throws SQLException {
		LocalRdsInstance reader = cluster.readers().get(0);
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster,
				(builder) -> builder.pollInterval(Duration.ofMillis(100)));
				Connection writing = cluster.adminConnection(cluster.writer());
				Connection reading = cluster.adminConnection(reader);
				var insert = writing.prepareStatement("INSERT INTO written SELECT ? FROM generate_series(1, 20)");
				var count = reading.prepareStatement("SELECT count(*) FROM written WHERE number = ?")) {
			for (int i = 100; i < 130; i++) {
				insert.setLong(1, i);
				insert.execute();
				long committed = System.nanoTime();
				monitored.monitor.checkNow();
				monitored.awaitProgress(reader, (progress) -> progress.includesCommitsUntil(committed));
				count.setLong(1, i);
				try (var answer = count.executeQuery()) {
					answer.next();
					assertThat(answer.getLong(1)).isEqualTo(20);
				}
			}
		}
	}

	@Test
	void positionIsAskedForWhenTheWriterWasNotSampledSince() throws Exception {
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster,
				(builder) -> builder.pollInterval(Duration.ofHours(1)))) {
			assertThat(monitored.monitor.awaitFirstLook(MonitoredCluster.LIMIT)).isTrue();
			LogPosition before = monitored.progress(cluster.writer()).position();
			write("INSERT INTO written VALUES (2)");
			long written = System.nanoTime();
			Optional<LogPosition> position = monitored.monitor.positionAt(written, MonitoredCluster.LIMIT);
			assertThat(position).hasValueSatisfying((value) -> assertThat(value).isGreaterThan(before));
			assertThat(monitored.monitor.positionAt(written, Duration.ZERO)).isEqualTo(position);
		}
	}

	@Test
	void manyWhoAskForPositionsShareQuestions() throws Exception {
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster,
				(builder) -> builder.pollInterval(Duration.ofHours(1)))) {
			assertThat(monitored.monitor.awaitFirstLook(MonitoredCluster.LIMIT)).isTrue();
			monitored.snapshots.clear();
			long time = System.nanoTime();
			List<Optional<LogPosition>> positions = new CopyOnWriteArrayList<>();
			List<Thread> threads = java.util.stream.IntStream.range(0, 20)
				.mapToObj((number) -> new Thread(
						() -> positions.add(monitored.monitor.positionAt(time, MonitoredCluster.LIMIT))))
				.toList();
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(positions).hasSize(20).allMatch(Optional::isPresent);
			assertThat(monitored.snapshots.size()).isLessThanOrEqualTo(5);
		}
	}

	@Test
	void failedStatementsBringLooksForward() {
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster,
				(builder) -> builder.pollInterval(Duration.ofHours(1)))) {
			Set<Long> samples = new HashSet<>();
			monitored.await(cluster.writer(), (state) -> {
				monitored.monitor.statementFailed(state.instance(), new SQLException());
				if (state.progress() != null) {
					samples.add(state.progress().sampledAt());
				}
				return samples.size() > 5;
			});
		}
	}

	@Test
	void checkNowIsHeardAndBounded() {
		try (MonitoredCluster monitored = MonitoredCluster.of(cluster,
				(builder) -> builder.pollInterval(Duration.ofHours(1)))) {
			monitored.await(cluster.writer(), (state) -> state.progress() != null);
			long start = System.nanoTime();
			Set<Long> samples = new HashSet<>();
			monitored.await(cluster.writer(), (state) -> {
				for (int i = 0; i < 1000; i++) {
					monitored.monitor.checkNow();
				}
				samples.add(state.progress().sampledAt());
				return samples.size() >= 5;
			});
			int bound = 3 + (int) ((System.nanoTime() - start) / 100_000_000);
			assertThat(samplesOfTheWriter(monitored)).hasSizeLessThanOrEqualTo(bound);
		}
	}

	private static Set<Long> samplesOfTheWriter(MonitoredCluster monitored) {
		return monitored.snapshots.stream()
			.map((snapshot) -> snapshot.state(MonitoredCluster.instance(cluster.writer())).orElseThrow().progress())
			.filter(java.util.Objects::nonNull)
			.map(LogProgress::sampledAt)
			.collect(Collectors.toSet());
	}

	@Test
	void monitorThatMayNotLogInLeavesRolesAsTheyAre() throws InterruptedException {
		InstanceConnector refused = MonitoredCluster.connector(cluster.database(), cluster.username(), "wrong");
		try (MonitoredCluster monitored = MonitoredCluster.of(MonitoredCluster.discovery(cluster), refused,
				(builder) -> {
				})) {
			assertThat(monitored.monitor.awaitFirstLook(MonitoredCluster.LIMIT)).isTrue();
			assertThat(monitored.monitor.topology().instances()).extracting(InstanceState::role)
				.containsExactly(InstanceRole.WRITER, InstanceRole.READER, InstanceRole.READER);
			assertThat(monitored.monitor.topology().instances())
				.allMatch((state) -> state.reachable() && state.progress() == null);
		}
	}

	@Test
	void databaseThatIsNotUsedIsLeftAloneUntilItIs() {
		BorrowActivity activity = new BorrowActivity();
		List<Connection> opened = new CopyOnWriteArrayList<>();
		InstanceConnector connector = (instance, timeout) -> {
			Connection connection = MonitoredCluster.connector(cluster).connect(instance, timeout);
			opened.add(connection);
			return connection;
		};
		try (MonitoredCluster monitored = MonitoredCluster.of(MonitoredCluster.discovery(cluster), connector,
				(builder) -> builder.activity(activity, Duration.ofSeconds(1)))) {
			Awaitility.await().atMost(MonitoredCluster.LIMIT).until(() -> opened.size() == 3);
			Awaitility.await()
				.atMost(MonitoredCluster.LIMIT)
				.until(() -> opened.stream().allMatch(TopologyMonitorTests::isClosed));
			monitored.monitor.checkNow();
			monitored.monitor.statementFailed(MonitoredCluster.instance(cluster.writer()), new SQLException());
			assertThat(opened).hasSize(3);
			assertThat(monitored.monitor.topology().instances()).allMatch(InstanceState::reachable);
			long resumed = System.nanoTime();
			activity.borrowed();
			cluster.instances()
				.forEach((instance) -> monitored.awaitProgress(instance,
						(progress) -> progress.sampledAt() - resumed >= 0));
			assertThat(opened).hasSize(6);
		}
	}

	@Test
	void instancesComeAndGoWithTheDiscovery(CapturedOutput output) {
		InstanceDiscovery configured = MonitoredCluster.discovery(cluster);
		List<DatabaseInstance> all = configured.initial().stream().map(InstanceState::instance).toList();
		AtomicReference<List<DatabaseInstance>> found = new AtomicReference<>(all);
		AtomicInteger releases = new AtomicInteger();
		InstanceDiscovery discovery = new InstanceDiscovery() {

			@Override
			public List<InstanceState> initial() {
				return configured.initial();
			}

			@Override
			public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
					throws DiscoveryException {
				if (found.get().isEmpty()) {
					throw new DiscoveryException("Nobody knows", null);
				}
				return found.get();
			}

			@Override
			public void release() {
				releases.incrementAndGet();
			}

		};
		LocalRdsInstance gone = cluster.readers().get(0);
		try (MonitoredCluster monitored = MonitoredCluster.of(discovery, MonitoredCluster.connector(cluster),
				(builder) -> builder.discoveryInterval(Duration.ofMillis(50)))) {
			cluster.instances().forEach(monitored::awaitFreshProgress);
			found.set(all.stream().filter((instance) -> !instance.name().equals(gone.name())).toList());
			Awaitility.await()
				.atMost(MonitoredCluster.LIMIT)
				.until(() -> monitored.monitor.topology().instances().size() == 2 && threads(gone) == 0);
			assertThat(output).doesNotContain("found out");
			found.set(List.of());
			Awaitility.await().atMost(MonitoredCluster.LIMIT).until(() -> output.getOut().contains("found out"));
			monitored.awaitFreshProgress(cluster.writer());
			assertThat(monitored.monitor.topology().instances()).hasSize(2);
			found.set(all);
			Awaitility.await()
				.atMost(MonitoredCluster.LIMIT)
				.until(() -> monitored.monitor.topology().instances().size() == 3);
			assertThat(monitored.state(gone).role()).isEqualTo(InstanceRole.READER);
			Awaitility.await()
				.atMost(MonitoredCluster.LIMIT)
				.until(() -> output.getOut().contains("The cluster's instances can be found out again"));
			assertThat(output.getOut()
				.lines()
				.filter((line) -> line
					.contains("The cluster's instances cannot be found out now, and those that are known "
							+ "stay: Nobody knows")))
				.singleElement(InstanceOfAssertFactories.STRING)
				.contains(" WARN ");
			assertThat(monitored.snapshots).allMatch((snapshot) -> snapshot.writer().isPresent());
		}
		Awaitility.await().atMost(MonitoredCluster.LIMIT).until(() -> releases.get() > 0);
	}

	private static long threads(LocalRdsInstance instance) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals(instance.name() + ":watch"))
			.count();
	}

	private static boolean isClosed(Connection connection) {
		try {
			return connection.isClosed();
		}
		catch (SQLException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void closedMonitorLeavesNoThreadAndAnswersAtOnce() {
		Set<Thread> others = watchingThreads();
		MonitoredCluster monitored = MonitoredCluster.of(cluster);
		monitored.await(cluster.writer(), (state) -> state.progress() != null);
		assertThat(watchingThreads()).anyMatch((thread) -> !others.contains(thread));
		monitored.close();
		assertThat(monitored.monitor.positionAt(System.nanoTime(), Duration.ofHours(1))).isEmpty();
		Awaitility.await().atMost(MonitoredCluster.LIMIT).until(() -> others.containsAll(watchingThreads()));
	}

	/**
	 * Returns the threads of all monitors in this JVM: other tests may have some.
	 */
	private static Set<Thread> watchingThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().endsWith(":watch") || thread.getName().equals("rds-discovery"))
			.collect(Collectors.toSet());
	}

}
