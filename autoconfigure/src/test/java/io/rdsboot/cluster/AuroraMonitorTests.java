package io.rdsboot.cluster;

import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TopologyMonitor} on servers that look like Aurora's, where the
 * functions that Aurora lacks fail.
 */
class AuroraMonitorTests {

	private LocalRdsCluster cluster;

	@BeforeEach
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(2).aurora().start();
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
	void positionsAndLagAreAuroras() throws SQLException {
		LocalRdsInstance paused = this.cluster.readers().get(0);
		LocalRdsInstance other = this.cluster.readers().get(1);
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.pauseReplay(paused);
			MonitoredCluster.execute(this.cluster.adminConnection(this.cluster.writer()), "CREATE TABLE written ()");
			long written = System.nanoTime();
			this.cluster.aurora().lag(paused, Duration.ofMillis(4321));
			monitored.awaitProgress(other, (progress) -> progress.includesCommitsUntil(written));
			monitored.awaitProgress(paused, (progress) -> Duration.ofMillis(4321).equals(progress.lag()));
			assertThat(monitored.progress(paused).includesCommitsUntil(written)).isFalse();
			this.cluster.resumeReplay(paused);
			monitored.awaitProgress(paused, (progress) -> progress.includesCommitsUntil(written));
		}
	}

	@Test
	void roleIsTheInstancesOwnAnswerWhateverTheListSays() {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.aurora().showWriter(reader, reader);
			for (int i = 0; i < 3; i++) {
				monitored.awaitFreshProgress(this.cluster.writer());
			}
			assertThat(monitored.state(reader).role()).isEqualTo(InstanceRole.READER);
			assertThat(monitored.state(this.cluster.writer()).role()).isEqualTo(InstanceRole.WRITER);
		}
	}

	@Test
	void rolesMoveWithAFailover() {
		LocalRdsInstance former = this.cluster.writer();
		LocalRdsInstance target = this.cluster.readers().get(0);
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.crash(former);
			monitored.await(former, (state) -> !state.reachable());
			this.cluster.failover(target);
			monitored.await(target, InstanceRole.WRITER);
			assertThat(monitored.state(former).role()).isNotEqualTo(InstanceRole.WRITER);
			this.cluster.restart(former);
			monitored.await(former, InstanceRole.READER);
			this.cluster.instances().forEach(monitored::awaitFreshProgress);
		}
	}

}
