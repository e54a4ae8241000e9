package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.cluster.bluegreen.Deployment;
import io.rdsboot.cluster.bluegreen.DeploymentPoll;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import io.rdsboot.cluster.poll.WatchFailure;
import org.jspecify.annotations.Nullable;

/**
 * The daemon thread that watches one instance, and the one connection that it does it
 * over. What it finds out, it tells its {@link Listener}.
 */
final class InstanceWatch implements AutoCloseable {

	private final DatabaseInstance instance;

	private final WatchConnection connection;

	private final WatchIntervals intervals;

	private final Listener listener;

	private final WatchTimer timer = new WatchTimer();

	private final DeploymentPoll deploymentPoll;

	private final LongSupplier nanoTime;

	private @Nullable Long deploymentAskedAt;

	private volatile boolean closed;

	/**
	 * The connection that is to be replaced, or {@code null} for none.
	 */
	private volatile @Nullable SessionIdentity outdated;

	private boolean replays;

	private int blindLooks;

	InstanceWatch(DatabaseInstance instance, InstanceConnector connector, WatchIntervals intervals,
			DeploymentPoll deploymentPoll, LongSupplier nanoTime, Listener listener) {
		this.instance = instance;
		this.connection = new WatchConnection(instance, connector, intervals.timeout(), nanoTime);
		this.intervals = intervals;
		this.deploymentPoll = deploymentPoll;
		this.nanoTime = nanoTime;
		this.listener = listener;
	}

	/**
	 * Begin to watch, with a look at once.
	 */
	void start() {
		Thread thread = new Thread(this::watch, this.instance.name() + ":watch");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Ask for a look soon. Also makes the watch consider anew how often it is to look.
	 */
	void checkNow() {
		this.timer.ask();
	}

	/**
	 * Ask for looks in quick succession, as long as the listener says that the instance
	 * is followed.
	 */
	void follow() {
		this.timer.follow();
	}

	/**
	 * Ask for an answer at once, for somebody who waits for it.
	 */
	void demand() {
		this.timer.demand();
	}

	/**
	 * Ask over a new connection soon.
	 * @param outdated the connection to replace; nothing is done where it was replaced
	 * already
	 */
	void askAnew(SessionIdentity outdated) {
		this.outdated = outdated;
		this.timer.ask();
	}

	/**
	 * End the watch, whatever it waits for.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.timer.close();
		this.connection.close();
	}

	private void watch() {
		try {
			while (!this.closed) {
				look();
				awaitTurn();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.connection.disconnect();
		}
	}

	private void look() {
		SessionIdentity former = this.outdated;
		this.outdated = null;
		if (former != null && this.connection.isOf(former)) {
			this.connection.renew(this.timer::demand);
		}
		try {
			Observation answer = this.connection.ask(() -> this.listener.fellSilent(this.instance),
					(reason) -> this.listener.withheld(this.instance, WatchFailure.of(reason)));
			this.replays = !answer.claimsWriter() && !answer.closed();
			this.blindLooks = 0;
			this.listener.answered(this.instance, answer);
			if (this.connection.askForLimits()) {
				this.listener.limitsTold(this.instance, this.connection.limits());
			}
			askForDeployment();
		}
		catch (SQLException | RuntimeException ex) {
			this.connection.disconnect();
			WatchFailure failure = WatchFailure.of(ex);
			this.blindLooks = failure.unreachable() ? 0 : this.blindLooks + 1;
			if (!this.closed) {
				this.listener.failed(this.instance, failure);
			}
		}
	}

	private void askForDeployment() {
		long now = this.nanoTime.getAsLong();
		Duration interval = this.listener.deploymentInterval(monitors());
		Connection open = this.connection.connection();
		if (this.instance.fixedRole() != null || open == null
				|| (this.deploymentAskedAt != null && now - this.deploymentAskedAt < interval.toNanos())) {
			return;
		}
		this.deploymentAskedAt = now;
		Deployment told = this.deploymentPoll.ask(open);
		if (told != null) {
			this.listener.deploymentTold(this.instance, told);
		}
	}

	private void awaitTurn() throws InterruptedException {
		Attention attention = this.listener.attention();
		if (attention == Attention.ASLEEP) {
			this.connection.disconnect();
			this.timer.awaitWhile(() -> this.listener.attention() == Attention.ASLEEP);
		}
		else if (this.blindLooks > 0) {
			this.timer.awaitUndisturbed(blindPause());
		}
		else if (attention != Attention.SEARCH || !waitedForPromotion()) {
			if (this.listener.isFollowed(this.instance)) {
				this.timer.follow();
			}
			this.timer.await(interval(attention), followGap());
		}
	}

	private Duration interval(Attention attention) {
		return switch (attention) {
			case NORMAL -> WatchIntervals.spread(this.intervals.poll());
			case SWITCHOVER -> WatchIntervals.switchover(monitors());
			case SEARCH ->
				this.connection.isOpen() ? this.intervals.search(monitors()) : WatchIntervals.retry(monitors());
			case SLOW, ASLEEP -> WatchIntervals.spread(WatchIntervals.SLOW);
		};
	}

	private int monitors() {
		return this.connection.limits().monitors();
	}

	/**
	 * Returns a part of the time that the instance takes to replay.
	 */
	private Duration followGap() {
		Duration gap = this.listener.lag(this.instance).dividedBy(4);
		return (gap.compareTo(WatchIntervals.FOLLOW) < 0) ? WatchIntervals.FOLLOW : gap;
	}

	/**
	 * Returns a pause that grows: a login that is refused time and again gets noticed.
	 */
	private Duration blindPause() {
		Duration pause = this.intervals.poll().multipliedBy(1L << Math.min(this.blindLooks, 10));
		return (pause.compareTo(WatchIntervals.SLOW) < 0) ? pause : WatchIntervals.SLOW;
	}

	/**
	 * Lets a reader itself wait for its promotion, which may end the search.
	 */
	private boolean waitedForPromotion() {
		return this.replays
				&& this.connection.awaitPromotion(WatchIntervals.RETRY, WatchIntervals.promotion(monitors()));
	}

	/**
	 * How much an instance is worth watching at present.
	 */
	enum Attention {

		NORMAL,

		/** A writer is looked for. */
		SEARCH,

		/** A Blue/Green switchover is under way, and there is a writer. */
		SWITCHOVER,

		/** The database is hardly used. */
		SLOW,

		/** The database is not used, and no connection shall keep it awake. */
		ASLEEP

	}

	/**
	 * Hears what watches find out, on their threads.
	 */
	interface Listener {

		/**
		 * Called after an instance has answered.
		 */
		void answered(DatabaseInstance instance, Observation answer);

		/**
		 * Called after an instance was asked over a new connection for its limits.
		 */
		void limitsTold(DatabaseInstance instance, ServerLimits limits);

		/**
		 * Return how often an instance is to be asked for the Blue/Green deployment that
		 * it belongs to.
		 * @param monitors how many monitors ask it
		 */
		Duration deploymentInterval(int monitors);

		/**
		 * Called after an instance has told of the Blue/Green deployment that it belongs
		 * to.
		 */
		void deploymentTold(DatabaseInstance instance, Deployment deployment);

		/**
		 * Called after an open connection was lost, before another is tried.
		 */
		void fellSilent(DatabaseInstance instance);

		/**
		 * Called after an instance has told its role, and not how far its log is.
		 */
		void withheld(DatabaseInstance instance, WatchFailure failure);

		/**
		 * Called after an instance could not be asked, over a new connection either.
		 */
		void failed(DatabaseInstance instance, WatchFailure failure);

		/**
		 * Return how much the instances are worth watching now.
		 */
		Attention attention();

		/**
		 * Return whether somebody waits for an instance to replay more.
		 */
		boolean isFollowed(DatabaseInstance instance);

		/**
		 * Return how far an instance is behind, zero if that is not known.
		 */
		Duration lag(DatabaseInstance instance);

	}

}
