package io.rdsboot.failover;

import java.util.List;
import java.util.function.BiConsumer;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of an auto-configured service under load whose servers fail, with the settings as
 * shipped. Replication is synchronous, because PostgreSQL loses acknowledged rows at a
 * promotion otherwise.
 */
class FailoverTests {

	private LocalRdsCluster cluster;

	@BeforeEach
	void start() throws Exception {
		this.cluster = LocalRdsCluster.builder().readers(2).start();
		ServiceUnderLoad.waitForOneReader(this.cluster);
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void crashWithPromotionFailsOnlyWhatIsUnderWay() {
		underLoad((service, load) -> {
			this.cluster.crash(this.cluster.writer());
			LocalRdsInstance writer = this.cluster.failover();
			load.awaitProgress();
			assertThat(service.roleOf(writer)).isEqualTo(InstanceRole.WRITER);
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
		});
	}

	@Test
	void switchoverTurnsTheOldWriterIntoAReader() {
		underLoad((service, load) -> {
			LocalRdsInstance former = this.cluster.writer();
			this.cluster.failover();
			load.awaitProgress();
			Awaitility.await()
				.atMost(ServiceUnderLoad.BUDGET)
				.untilAsserted(() -> assertThat(service.roleOf(former)).isEqualTo(InstanceRole.READER));
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
			load.awaitProgress();
		});
	}

	@Test
	void frozenWriterReleasesItsThreads() {
		underLoad((service, load) -> {
			LocalRdsInstance frozen = this.cluster.writer();
			this.cluster.freeze(frozen);
			this.cluster.promote();
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
			this.cluster.thaw(frozen);
			load.awaitProgress();
		});
	}

	@Test
	void lostReaderIsMissedByNobodyElse() {
		underLoad((service, load) -> {
			LocalRdsInstance reader = this.cluster.readers().get(0);
			this.cluster.crash(reader);
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
			this.cluster.restart(reader);
			service.awaitReachable(reader);
			load.awaitProgress();
		});
	}

	@Test
	void frozenReaderReleasesItsThreads() {
		underLoad((service, load) -> {
			LocalRdsInstance reader = this.cluster.readers().get(0);
			this.cluster.freeze(reader);
			load.awaitProgress();
			this.cluster.thaw(reader);
			service.awaitReachable(reader);
			load.awaitProgress();
			assertThat(load.failures()).hasSizeLessThanOrEqualTo(ServiceUnderLoad.THREADS);
		});
	}

	@Test
	void readsGoOnWithoutReaders() throws Exception {
		waitForNobody();
		underLoad((service, load) -> {
			List<LocalRdsInstance> readers = this.cluster.readers();
			readers.forEach(this.cluster::crash);
			load.awaitProgress();
			readers.forEach(this.cluster::restart);
			readers.forEach((reader) -> service.awaitReachable(reader));
			load.awaitProgress();
		});
	}

	private void waitForNobody() throws Exception {
		try (var connection = this.cluster.adminConnection(this.cluster.writer());
				var statement = connection.createStatement()) {
			statement.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
			statement.execute("SELECT pg_reload_conf()");
		}
	}

	@Test
	void restartOfEverythingIsSurvived() {
		underLoad((service, load) -> {
			LocalRdsInstance writer = this.cluster.writer();
			List<LocalRdsInstance> readers = this.cluster.readers();
			this.cluster.crash(writer);
			readers.forEach(this.cluster::crash);
			this.cluster.restart(writer);
			readers.forEach(this.cluster::restart);
			load.awaitProgress();
		});
	}

	private void underLoad(BiConsumer<ServiceUnderLoad, ServiceLoad> scenario) {
		new ServiceUnderLoad(this.cluster, FailoverTests::address).run(scenario);
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

}
