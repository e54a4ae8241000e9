package io.rdsboot.cluster.watch;

import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link io.rdsboot.cluster.watch.TopologyMonitor} on servers that look like
 * Aurora's, where the functions that Aurora lacks fail.
 */
@ExtendWith(OutputCaptureExtension.class)
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

	/**
	 * Two functions of one name are not found by it, as those are not that pg_proc hides.
	 */
	private void hideFunctions() throws SQLException {
		MonitoredCluster.execute(this.cluster.adminConnection(this.cluster.writer()),
				"SET allow_system_table_mods = on",
				"CREATE FUNCTION pg_catalog.aurora_replica_status(int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
	}

	@Test
	void serverWhoseFunctionsAreHiddenIsKnownByItsExtensions(CapturedOutput output) throws SQLException {
		hideFunctions();
		MonitoredCluster.execute(this.cluster.adminConnection(this.cluster.writer()),
				"ALTER DATABASE app SET rds.extensions = 'address_standardizer, aurora_stat_utils, vector'");
		this.cluster.awaitReplication();
		try (MonitoredCluster monitored = monitor()) {
			this.cluster.aurora().lag(this.cluster.readers().get(0), Duration.ofMillis(4321));
			monitored.awaitProgress(this.cluster.readers().get(0),
					(progress) -> Duration.ofMillis(4321).equals(progress.lag()));
		}
		assertThat(output).doesNotContain("tells its role");
	}

	@Test
	void serverThatLacksFunctionsTellsItsRole(CapturedOutput output) throws SQLException {
		hideFunctions();
		this.cluster.awaitReplication();
		LocalRdsInstance former = this.cluster.writer();
		LocalRdsInstance target = this.cluster.readers().get(0);
		try (MonitoredCluster monitored = MonitoredCluster.of(this.cluster)) {
			for (LocalRdsInstance instance : this.cluster.instances()) {
				monitored.await(instance,
						(state) -> output.getOut().contains("Instance " + instance.name() + " tells its role"));
			}
			this.cluster.failover(target);
			monitored.await(target, InstanceRole.WRITER);
			monitored.await(former, InstanceRole.READER);
			assertThat(monitored.state(former).progress()).isNull();
		}
		assertThat(output)
			.containsOnlyOnce("Instance " + former.name() + " tells its role, and not how far its log is: ")
			.doesNotContain("cannot be watched");
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
