package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.cluster.bluegreen.Deployment;
import io.rdsboot.cluster.knowledge.WatchedInstance;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.WatchFailure;
import io.rdsboot.cluster.watch.InstanceWatch.Attention;

/**
 * Passes on what the watches of all instances find out to what is known of the cluster,
 * and tells them how closely to look. Thread-safe.
 */
final class ClusterWatchListener implements InstanceWatch.Listener {

	private final WatchedCluster cluster;

	private final ReplayInterest replayInterest;

	private final WatchIntervals intervals;

	private final Supplier<Attention> attentionToUse;

	/**
	 * Create a listener.
	 * @param cluster what is known of the cluster
	 * @param replayInterest what callers wait for readers to replay
	 * @param intervals how often instances are asked
	 * @param attentionToUse how closely to look for the present use of the database
	 */
	ClusterWatchListener(WatchedCluster cluster, ReplayInterest replayInterest, WatchIntervals intervals,
			Supplier<Attention> attentionToUse) {
		this.cluster = cluster;
		this.replayInterest = replayInterest;
		this.intervals = intervals;
		this.attentionToUse = attentionToUse;
	}

	@Override
	public void answered(DatabaseInstance instance, Observation answer) {
		this.cluster.answered(instance, answer);
	}

	@Override
	public void limitsTold(DatabaseInstance instance, ServerLimits limits) {
		this.cluster.limitsTold(instance, limits);
	}

	/**
	 * While there is no writer, anybody may know why.
	 */
	@Override
	public Duration deploymentInterval(int monitors) {
		if (this.cluster.isSwitchingOver()) {
			return WatchIntervals.switchover(monitors);
		}
		boolean near = this.cluster.isDeployed() || !this.cluster.hasWriter();
		return near ? WatchIntervals.deployment(monitors) : this.intervals.deployment();
	}

	@Override
	public void deploymentTold(DatabaseInstance instance, Deployment deployment) {
		this.cluster.deploymentTold(instance, deployment);
	}

	@Override
	public void fellSilent(DatabaseInstance instance) {
		this.cluster.update(instance, WatchedInstance::fellSilent);
	}

	@Override
	public void withheld(DatabaseInstance instance, WatchFailure failure) {
		this.cluster.withheld(instance, failure);
	}

	@Override
	public void failed(DatabaseInstance instance, WatchFailure failure) {
		this.cluster.failed(instance, failure);
	}

	/**
	 * A writer is searched for in quick succession, but for nobody's sake while the
	 * database is not used.
	 */
	@Override
	public Attention attention() {
		Attention attention = this.attentionToUse.get();
		if (attention != Attention.NORMAL) {
			return attention;
		}
		if (!this.cluster.hasWriter()) {
			return Attention.SEARCH;
		}
		return this.cluster.isSwitchingOver() ? Attention.SWITCHOVER : Attention.NORMAL;
	}

	@Override
	public boolean isFollowed(DatabaseInstance instance) {
		return this.replayInterest.isIn(progress(instance));
	}

	@Override
	public Duration lag(DatabaseInstance instance) {
		return progress(instance).map(LogProgress::lag).orElse(Duration.ZERO);
	}

	private Optional<LogProgress> progress(DatabaseInstance instance) {
		return this.cluster.topology().state(instance).map(InstanceState::progress);
	}

}
