package io.rdsboot.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PoolFilling}, on pools that keep {@value #IDLE} connections idle.
 */
class PoolFillingTests {

	private static final int IDLE = 3;

	/**
	 * Several times as long as HikariCP takes to begin.
	 */
	private static final Duration WHILE = Duration.ofMillis(500);

	private static LocalRdsCluster cluster;

	private final InstancePools pools = new InstancePools(cluster.database(),
			(address) -> new DatabaseCredentials(cluster.username(), cluster.password()), TlsSettings.DEFAULT,
			ConnectivityListener.all(List.of()), List.of(PoolFillingTests::configure));

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@AfterEach
	void closePools() {
		this.pools.close();
	}

	@Test
	void poolOpensItsIdleConnectionsByItself() {
		InstancePool pool = pool();
		Awaitility.await().until(() -> pool.totalConnections() == IDLE);
	}

	@Test
	void delayedPoolOpensItsIdleConnectionsWhenItIsToldTo() {
		this.pools.delayFilling();
		InstancePool pool = pool();
		Awaitility.await().during(WHILE).until(() -> pool.totalConnections() == 0);
		this.pools.fill();
		Awaitility.await().until(() -> pool.totalConnections() == IDLE);
		assertThat(pool.isWarm()).isTrue();
	}

	@Test
	void delayedPoolOpensAConnectionForItsBorrower() throws SQLException {
		this.pools.delayFilling();
		InstancePool pool = pool();
		pool.getConnection().close();
		assertThat(pool.totalConnections()).isOne();
	}

	@Test
	void delayedPoolOpensItsIdleConnectionsInTheEndWhenNobodyTellsItTo() {
		this.pools.delayFilling();
		InstancePool pool = pool();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> pool.totalConnections() == IDLE);
	}

	@Test
	void delayedPoolClosesAtOnce() {
		this.pools.delayFilling();
		pool();
		List<Thread> housekeepers = Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("127.0.0.1:" + cluster.writer().port()))
			.toList();
		assertThat(housekeepers).isNotEmpty();
		this.pools.close();
		Awaitility.await().until(() -> housekeepers.stream().noneMatch(Thread::isAlive));
	}

	private InstancePool pool() {
		return this.pools.pool(
				DatabaseInstance.at(new InstanceAddress(cluster.writer().host(), cluster.writer().port())),
				InstanceRole.WRITER);
	}

	private static void configure(HikariConfig config, DatabaseInstance instance, InstanceRole role) {
		config.setMaximumPoolSize(IDLE);
	}

}
