package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of what becomes of pools when a topology changes.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolTopologyFollowerTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static LocalRdsCluster cluster;

	private final LocalRdsInstance writer = cluster.writer();

	private final LocalRdsInstance reader = cluster.readers().get(0);

	private FollowedPools followed;

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(1).start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@AfterEach
	void closePools() {
		if (this.writer.state() == LocalRdsInstance.State.FROZEN) {
			cluster.thaw(this.writer);
		}
		this.followed.close();
	}

	@Test
	void poolsAreMadeAndWarmedWhenTheTopologyIsFollowed() {
		follow(writer(true), reader(true));
		await(() -> pool(this.writer).isWarm() && pool(this.reader).isWarm());
		assertThat(heard("connected")).isEqualTo(FollowedPools.WRITER_SIZE + FollowedPools.READER_SIZE);
	}

	@Test
	void poolOfNewReaderIsMadeAndWarmed() throws SQLException {
		follow(writer(true));
		await(() -> heard("connected") == FollowedPools.WRITER_SIZE);
		this.followed.topology.publish(writer(true), reader(true));
		await(() -> heard("connected") == FollowedPools.WRITER_SIZE + FollowedPools.READER_SIZE);
		await(() -> pool(this.reader).isWarm());
		pool(this.reader).getConnection(Duration.ZERO).close();
	}

	@Test
	void poolsOfAllInstancesOfTheServiceThatAServerHasNotConnectionsForAreWarnedOfOnce(CapturedOutput output) {
		follow(writer(true));
		this.followed.topology.limits = new ServerLimits(100, 21, false);
		this.followed.topology.publish(writer(true));
		this.followed.topology.publish(writer(true));
		assertThat(output)
			.containsOnlyOnce("The 21 instances of this service that are running may open more connections")
			.contains("4 each in the pool and one of the monitor, against 100")
			.contains("Set rds.pool.maximum-pool-size to 3 at most");
	}

	@Test
	void poolsThatDoNotFitAgainAreWarnedOfAgain(CapturedOutput output) {
		follow(writer(true));
		for (int monitors : List.of(30, 20, 31)) {
			this.followed.topology.limits = new ServerLimits(100, monitors, false);
			this.followed.topology.publish(writer(true));
		}
		assertThat(output).containsOnlyOnce("The 30 instances of this service")
			.containsOnlyOnce("The 31 instances of this service")
			.doesNotContain("The 20 instances");
	}

	@Test
	void poolsOfAServerWithoutAKnownLimitAreNotWarnedOf(CapturedOutput output) {
		follow(writer(true));
		this.followed.topology.limits = new ServerLimits(0, 1000, false);
		this.followed.topology.publish(writer(true));
		assertThat(output).doesNotContain("instances of this service");
	}

	@Test
	void serversThatTakeConnectionsWithoutTlsAreNamedOnce(CapturedOutput output) {
		follow(writer(true), reader(true));
		assertThat(output).doesNotContain("rds.force_ssl");
		this.followed.topology.limits = new ServerLimits(100, 1, true);
		this.followed.topology.publish(writer(true), reader(true));
		this.followed.topology.publish(writer(true), reader(true));
		assertThat(output).containsOnlyOnce("rds.force_ssl to 1");
	}

	@Test
	void poolIsNotWarmWhileNothingAnswers() {
		cluster.freeze(this.writer);
		follow(writer(true));
		assertThat(pool(this.writer).isWarm()).isFalse();
		cluster.thaw(this.writer);
		await(() -> pool(this.writer).isWarm());
	}

	@Test
	void poolOfFormerWriterHasTheReadersSizeAndNoneOfItsConnections() throws SQLException {
		follow(writer(true), reader(true));
		await(() -> pool(this.writer).isWarm());
		Set<Integer> before = backends(pool(this.writer), FollowedPools.WRITER_SIZE);
		Connection inUse = pool(this.writer).getConnection();
		int backendInUse = FollowedPools.backend(inUse);
		this.followed.topology.publish(state(this.writer, InstanceRole.READER), reader(true));
		assertThat(FollowedPools.backend(inUse)).isEqualTo(backendInUse);
		inUse.close();
		await(() -> size(pool(this.writer)) == FollowedPools.READER_SIZE);
		assertThat(backends(pool(this.writer), FollowedPools.READER_SIZE)).doesNotContainAnyElementsOf(before);
	}

	@Test
	void poolOfNewWriterHasTheWritersSizeAndKeepsItsConnections() throws SQLException {
		follow(state(this.writer, InstanceRole.READER));
		await(() -> pool(this.writer).isWarm());
		Set<Integer> before = backends(pool(this.writer), FollowedPools.READER_SIZE);
		this.followed.topology.publish(writer(true));
		await(() -> size(pool(this.writer)) == FollowedPools.WRITER_SIZE);
		assertThat(backends(pool(this.writer), FollowedPools.WRITER_SIZE)).containsAll(before);
	}

	@Test
	void poolOfAReaderFillsWhileThereIsNoWriterAndKeepsNoMoreAfterwards() {
		follow((config, instance, role) -> {
			config.setMaximumPoolSize(FollowedPools.WRITER_SIZE);
			config.setMinimumIdle((role == InstanceRole.WRITER) ? FollowedPools.WRITER_SIZE : 1);
		}, writer(true), reader(true));
		await(() -> pool(this.writer).isWarm() && idle(pool(this.reader)) == 1);
		this.followed.topology.publish(writer(false), reader(true));
		await(() -> idle(pool(this.reader)) == FollowedPools.WRITER_SIZE);
		this.followed.topology.publish(writer(true), reader(true));
		await(() -> minimumIdle(pool(this.reader)) == 1);
	}

	private static int idle(InstancePool pool) {
		return pool.unwrap(HikariDataSource.class).getHikariPoolMXBean().getIdleConnections();
	}

	private static int minimumIdle(InstancePool pool) {
		return pool.unwrap(HikariDataSource.class).getMinimumIdle();
	}

	@Test
	void poolOfNewWriterThatIsSmallerGivesUpIdleConnections() {
		follow((config, instance, role) -> config.setMaximumPoolSize((role == InstanceRole.WRITER) ? 1 : 3),
				state(this.writer, InstanceRole.READER));
		await(() -> sessions() == 3);
		this.followed.topology.publish(writer(true));
		await(() -> sessions() == 1);
	}

	@Test
	void poolThatCannotBeConfiguredForItsRoleKeepsItsSizeAndSaysSo(CapturedOutput output) {
		follow((config, instance, role) -> config.setMinimumIdle((role == InstanceRole.WRITER) ? 5 : 1),
				state(this.writer, InstanceRole.READER));
		await(() -> pool(this.writer).isWarm());
		this.followed.topology.publish(writer(true));
		await(() -> pool(this.writer).maximumSize() == FollowedPools.WRITER_SIZE);
		assertThat(output).as("HikariCP lowers the minimum").doesNotContain("keeps its size");
		this.followed.close();
		follow((config, instance, role) -> {
			if (role == InstanceRole.WRITER) {
				throw new IllegalStateException("no such size");
			}
		}, state(this.writer, InstanceRole.READER));
		await(() -> pool(this.writer).isWarm());
		assertThat(output).doesNotContain("keeps its size");
		this.followed.topology.publish(writer(true));
		await(() -> output.getOut().contains("keeps its size"));
		assertThat(output).containsOnlyOnce("ERROR")
			.containsOnlyOnce("The pool of instance " + pool(this.writer).instance()
					+ " keeps its size: it cannot be configured for role WRITER")
			.contains("no such size");
		assertThat(size(pool(this.writer))).isEqualTo(FollowedPools.READER_SIZE);
	}

	@Test
	void poolKeepsItsSizeWhileTheRoleIsUnknown() throws SQLException {
		follow(writer(true));
		this.followed.topology.publish(state(this.writer, InstanceRole.UNKNOWN));
		await(() -> pool(this.writer).isWarm());
		assertThat(backends(pool(this.writer), FollowedPools.WRITER_SIZE)).hasSize(FollowedPools.WRITER_SIZE);
	}

	@Test
	void threadsOnFrozenServerAreFreedWhenItBecomesUnreachable(CapturedOutput output) throws Exception {
		follow(writer(true));
		BlockingQueue<SQLException> failures = startLongStatements(FollowedPools.WRITER_SIZE);
		cluster.freeze(this.writer);
		this.followed.topology.publish(writer(false));
		for (int i = 0; i < FollowedPools.WRITER_SIZE; i++) {
			SQLException failure = failures.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
			assertThat((Throwable) failure).isNotNull();
			assertThat(failure.getSQLState()).isEqualTo("08006");
		}
		await(() -> pool(this.writer).activeConnections() == 0);
		assertThat(pool(this.writer).isWarm()).isFalse();
		String givenUp = "Instance %s does not answer: %d connections are given up, %d of them in use"
			.formatted(pool(this.writer).instance(), FollowedPools.WRITER_SIZE, FollowedPools.WRITER_SIZE);
		await(() -> output.getOut().contains(givenUp));
		assertThat(output).containsOnlyOnce(givenUp);
		assertThat(heard("statement failed 08006")).isEqualTo(FollowedPools.WRITER_SIZE);
		cluster.thaw(this.writer);
		assertThat(backends(pool(this.writer), FollowedPools.WRITER_SIZE)).hasSize(FollowedPools.WRITER_SIZE);
	}

	@Test
	void threadsOnFrozenServerAreFreedWhenItIsNoLongerTheWriter() throws Exception {
		follow(writer(true), reader(true));
		BlockingQueue<SQLException> failures = startLongStatements(1);
		cluster.freeze(this.writer);
		this.followed.topology.publish(state(this.writer, InstanceRole.UNKNOWN),
				state(this.reader, InstanceRole.WRITER));
		assertThat((Throwable) failures.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void connectionsStayWhenTheServerAnswersThePool(CapturedOutput output) throws SQLException {
		// A machine that is busy may take longer than a second for a login.
		this.followed = new FollowedPools(cluster, TlsSettings.DEFAULT, (config, instance, role) -> {
		}, LIMIT, LIMIT, writer(true));
		await(() -> heard("connected") == FollowedPools.WRITER_SIZE);
		try (Connection inUse = pool(this.writer).getConnection()) {
			int backend = FollowedPools.backend(inUse);
			this.followed.topology.publish(writer(false));
			await(() -> heard("connected") == FollowedPools.WRITER_SIZE + 1);
			assertThat(FollowedPools.backend(inUse)).isEqualTo(backend);
			this.followed.topology.publish(writer(true));
			this.followed.topology.publish(writer(false));
			await(() -> heard("connected") == FollowedPools.WRITER_SIZE + 2);
		}
		assertThat(pool(this.writer).isWarm()).isTrue();
		assertThat(output).doesNotContain("does not answer").doesNotContain("lost in use");
	}

	@Test
	void poolOfGoneInstanceRefusesBorrowersAndClosesWhenItsConnectionsAreBack() throws SQLException {
		follow(writer(true), reader(true));
		InstancePool gone = pool(this.reader);
		await(gone::isWarm);
		Connection inUse = gone.getConnection();
		this.followed.topology.publish(writer(true));
		assertThatExceptionOfType(InstanceRefusedException.class).isThrownBy(gone::getConnection)
			.withMessageContaining(this.reader.port() + ": It is no longer part of the cluster");
		assertThatExceptionOfType(InstanceRefusedException.class)
			.isThrownBy(() -> gone.getConnection(Duration.ofSeconds(1)));
		FollowedPools.backend(inUse);
		assertThat(threads(gone)).isNotEmpty();
		inUse.close();
		await(() -> threads(gone).isEmpty());
	}

	@Test
	void connectionsToGoneInstanceAreClosedWhenTheLimitIsOver() throws SQLException {
		follow(Duration.ofMillis(500), writer(true), reader(true));
		InstancePool gone = pool(this.reader);
		Connection inUse = gone.getConnection();
		this.followed.topology.publish(writer(true));
		await(() -> threads(gone).isEmpty());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> FollowedPools.backend(inUse));
	}

	@Test
	void instanceThatComesBackGetsNewPool() throws SQLException {
		follow(writer(true), reader(true));
		InstancePool gone = pool(this.reader);
		this.followed.topology.publish(writer(true));
		this.followed.topology.publish(writer(true), reader(true));
		assertThat(pool(this.reader)).isNotSameAs(gone);
		pool(this.reader).getConnection().close();
	}

	@Test
	void borrowEndsWithinItsLimitWhenNothingAnswers() throws SQLException {
		cluster.freeze(this.writer);
		follow(writer(true));
		long start = System.nanoTime();
		assertThatExceptionOfType(InstanceRefusedException.class)
			.isThrownBy(() -> pool(this.writer).getConnection(Duration.ofMillis(100)));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void borrowEndsWithinItsLimitWhenAllConnectionsAreInUse() throws SQLException {
		follow(writer(true));
		List<Connection> all = new ArrayList<>();
		for (int i = 0; i < FollowedPools.WRITER_SIZE; i++) {
			all.add(pool(this.writer).getConnection());
		}
		long start = System.nanoTime();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> pool(this.writer).getConnection(Duration.ofMillis(100)))
			.isNotInstanceOf(InstanceRefusedException.class);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		for (Connection connection : all) {
			connection.close();
		}
	}

	/**
	 * Starts statements that take a minute, and waits until they run.
	 */
	private BlockingQueue<SQLException> startLongStatements(int count) {
		BlockingQueue<SQLException> failures = new LinkedBlockingQueue<>();
		for (int i = 0; i < count; i++) {
			Thread thread = new Thread(() -> {
				try (Connection connection = pool(this.writer).getConnection()) {
					connection.createStatement().execute("SELECT pg_sleep(60)");
				}
				catch (SQLException ex) {
					failures.add(ex);
				}
			});
			thread.setDaemon(true);
			thread.start();
		}
		await(() -> running("SELECT pg_sleep(60)") == count);
		return failures;
	}

	private void follow(InstanceState... states) {
		follow(LIMIT, states);
	}

	private void follow(Duration drainLimit, InstanceState... states) {
		this.followed = new FollowedPools(cluster, (config, instance, role) -> {
		}, drainLimit, states);
	}

	private void follow(HikariPoolCustomizer customizer, InstanceState... states) {
		this.followed = new FollowedPools(cluster, customizer, LIMIT, states);
	}

	private InstanceState writer(boolean reachable) {
		return FollowedPools.state(this.writer, InstanceRole.WRITER, reachable);
	}

	private InstanceState reader(boolean reachable) {
		return FollowedPools.state(this.reader, InstanceRole.READER, reachable);
	}

	private static InstanceState state(LocalRdsInstance instance, InstanceRole role) {
		return FollowedPools.state(instance, role, true);
	}

	private InstancePool pool(LocalRdsInstance instance) {
		return this.followed.pools.pool(FollowedPools.instance(instance), InstanceRole.UNKNOWN);
	}

	private long heard(String event) {
		return this.followed.heard.stream().filter(event::equals).count();
	}

	private static Set<Integer> backends(InstancePool pool, int count) throws SQLException {
		Set<Integer> backends = new HashSet<>();
		List<Connection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < count; i++) {
				connections.add(pool.getConnection());
				backends.add(FollowedPools.backend(connections.get(i)));
			}
		}
		finally {
			for (Connection connection : connections) {
				connection.close();
			}
		}
		return backends;
	}

	/**
	 * Returns how many connections a pool lets be borrowed at once.
	 */
	private static int size(InstancePool pool) {
		List<Connection> borrowed = new ArrayList<>();
		try {
			while (true) {
				borrowed.add(pool.getConnection(Duration.ofMillis(250)));
			}
		}
		catch (SQLException ex) {
			return borrowed.size();
		}
		finally {
			borrowed.forEach((connection) -> {
				try {
					connection.close();
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}
	}

	private long sessions() {
		return count("true");
	}

	private long running(String statement) {
		return count("query = '" + statement + "' AND state = 'active'");
	}

	private long count(String condition) {
		try (Connection connection = cluster.adminConnection(this.writer);
				var rows = connection.createStatement()
					.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
							+ this.followed.applicationName + "' AND " + condition)) {
			rows.next();
			return rows.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> threads(InstancePool pool) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith(pool.instance().name()))
			.toList();
	}

	private static void await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("time").isLessThan(deadline);
			LockSupport.parkNanos(10_000_000);
		}
	}

}
