package io.rdsboot.pool.login;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.pool.FollowedPools;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsContexts;
import io.rdsboot.tls.TlsSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of threads that are stuck on an encrypted connection when its pool gives it up.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsAbortTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	/**
	 * More than the buffers on the way take.
	 */
	private static final int LARGE = 64 * 1024 * 1024;

	private static LocalRdsCluster cluster;

	private final LocalRdsAddress address = cluster.writerAddress();

	private final DatabaseInstance instance = DatabaseInstance
		.at(new InstanceAddress(this.address.host(), this.address.port()));

	private final BlockingQueue<SQLException> failures = new LinkedBlockingQueue<>();

	private FollowedPools followed;

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(0).tls().start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void followInstance() {
		SSLContext context = TlsContexts
			.trusting(List.of(TlsConnectionTests.certificate(cluster.certificateAuthority())));
		this.followed = new FollowedPools(cluster, new TlsSettings(null, () -> context), (config, each, role) -> {
		}, LIMIT, state(true));
	}

	@AfterEach
	void closePools() {
		this.address.restore();
		this.followed.close();
	}

	@Test
	void threadThatReadsIsFreed() throws Exception {
		Thread thread = run((connection) -> connection.createStatement().execute("SELECT pg_sleep(60)"));
		awaitStuckIn(thread, "implRead");
		this.address.freeze();
		assertFreed(thread);
	}

	@Test
	void threadThatWritesIsFreed() throws Exception {
		Thread thread = run((connection) -> {
			this.address.freeze();
			try (PreparedStatement statement = connection.prepareStatement("SELECT length(?)")) {
				statement.setBytes(1, new byte[LARGE]);
				statement.execute();
			}
		});
		awaitStuckIn(thread, "implWrite");
		assertFreed(thread);
	}

	private Thread run(Work work) {
		Thread thread = new Thread(() -> {
			try (Connection connection = this.followed.pools.pool(this.instance, InstanceRole.UNKNOWN)
				.getConnection()) {
				work.accept(connection);
			}
			catch (SQLException ex) {
				this.failures.add(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void awaitStuckIn(Thread thread, String method) {
		Awaitility.await().atMost(LIMIT).until(() -> {
			Set<String> methods = Stream.of(thread.getStackTrace())
				.map(StackTraceElement::getMethodName)
				.collect(Collectors.toSet());
			return methods.containsAll(Set.of(method, "park"));
		});
	}

	private void assertFreed(Thread thread) throws Exception {
		this.followed.topology.publish(state(false));
		SQLException failure = this.failures.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
		assertThat((Throwable) failure).isNotNull();
		assertThat(failure.getSQLState()).isEqualTo("08006");
		thread.join(LIMIT.toMillis());
		assertThat(thread.isAlive()).isFalse();
	}

	private InstanceState state(boolean reachable) {
		return new InstanceState(this.instance, InstanceRole.WRITER, reachable);
	}

	/**
	 * What a thread does with its connection.
	 */
	@FunctionalInterface
	private interface Work {

		void accept(Connection connection) throws SQLException;

	}

}
