package io.rdsboot.routing.consistency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of when readers are to be watched closely: as long as the writer serves a session
 * in their place. Whoever reads from it now and then would otherwise stay there, because
 * each of its reads shows something newer than what the readers were last watched for.
 */
@LocalRds(readers = 1)
class FollowedReplayTests {

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	private FollowedTopology topology;

	private ConsistencySession.Binding session;

	FollowedReplayTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		StaticTopologyProvider present = new StaticTopologyProvider(RoutedCluster.instance(this.cluster.writer(), 1),
				List.of(RoutedCluster.instance(this.cluster.readers().get(0), 1)));
		this.topology = new FollowedTopology(present);
		this.routed = new RoutedCluster(this.cluster, this.topology, present, (builder) -> {
		});
		this.session = ConsistencySession.open().bind();
	}

	@AfterEach
	void close() {
		this.session.close();
		this.routed.close();
	}

	@Test
	void readersAreWatchedUntilTheyHaveWhatTheWriterHasShownAtLast() {
		this.routed.writingPort();
		this.routed.inTransaction(true, () -> {
			assertThat(this.routed.answeringPort()).isEqualTo(this.cluster.writer().port());
			assertThat(this.topology.followed).containsExactly(0L);
			this.routed.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
			return this.routed.answeringPort();
		});
		assertThat(this.topology.followed).containsExactly(0L, Duration.ofSeconds(1).toNanos());
	}

	@Test
	void readersAreLeftAloneWhereNobodyWaitsForThem() {
		this.routed.readingPort();
		this.routed.writingPort();
		Reads.fromWriter(this.routed::readingPort);
		assertThat(this.topology.followed).isEmpty();
		this.routed.readingPort();
		assertThat(this.topology.followed).hasSize(2);
		Reads.asInfrastructure(this.routed::readingPort);
		Reads.fromWriter(this.routed::readingPort);
		this.routed.writingPort();
		assertThat(this.topology.followed).hasSize(2);
	}

	/**
	 * Topology that takes down what it is to be watched for.
	 */
	private static final class FollowedTopology implements TopologyProvider {

		private final TopologyProvider present;

		private final List<Long> followed = new ArrayList<>();

		FollowedTopology(TopologyProvider present) {
			this.present = present;
		}

		@Override
		public ClusterTopology topology() {
			return this.present.topology();
		}

		@Override
		public void addListener(TopologyListener listener) {
			this.present.addListener(listener);
		}

		@Override
		public void followReplay(long time) {
			this.followed.add(time);
		}

	}

}
