package io.rdsboot.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The daemon thread that watches one instance, and the one connection that it does it
 * over. What it finds out, it tells its {@link Listener}.
 */
final class InstanceWatch implements AutoCloseable {

	private final DatabaseInstance instance;

	private final InstanceConnector connector;

	private final WatchIntervals intervals;

	private final LongSupplier nanoTime;

	private final Listener listener;

	private final WatchTimer timer = new WatchTimer();

	private volatile boolean closed;

	private volatile @Nullable InstancePoll poll;

	private volatile boolean askAnew;

	private boolean replays;

	private int blindLooks;

	InstanceWatch(DatabaseInstance instance, InstanceConnector connector, WatchIntervals intervals,
			LongSupplier nanoTime, Listener listener) {
		this.instance = instance;
		this.connector = connector;
		this.intervals = intervals;
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
	 * Ask over a new connection the next time.
	 */
	void askAnew() {
		this.askAnew = true;
	}

	/**
	 * End the watch, whatever it waits for.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.timer.close();
		abort(this.poll);
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
			disconnect();
		}
	}

	private void look() {
		if (this.askAnew) {
			this.askAnew = false;
			disconnect();
		}
		try {
			Observation answer = ask();
			this.replays = !answer.claimsWriter();
			this.blindLooks = 0;
			this.listener.answered(this.instance, answer);
		}
		catch (SQLException | RuntimeException ex) {
			disconnect();
			WatchFailure failure = WatchFailure.of(ex);
			this.blindLooks = failure.unreachable() ? 0 : this.blindLooks + 1;
			if (!this.closed) {
				this.listener.failed(this.instance, failure);
			}
		}
	}

	/**
	 * Asks over the open connection, and if that is lost, over a new one.
	 */
	private Observation ask() throws SQLException {
		InstancePoll current = this.poll;
		if (current != null) {
			try {
				return ask(current);
			}
			catch (SQLException ex) {
				if (!WatchFailure.isUnreachable(ex)) {
					throw ex;
				}
				disconnect();
				this.listener.fellSilent(this.instance);
			}
		}
		return ask(connect());
	}

	/**
	 * Asks for all that there is to know, or as long as the connection lasts for the role
	 * alone where the server does not tell more.
	 */
	private Observation ask(InstancePoll current) throws SQLException {
		try {
			return current.ask();
		}
		catch (SQLException ex) {
			if (current instanceof RolePoll || !InstancePoll.isUnsupported(ex)) {
				throw ex;
			}
			InstancePoll ofRole = current.ofRole();
			Observation answer = ofRole.ask();
			this.poll = ofRole;
			this.listener.withheld(this.instance, WatchFailure.of(ex));
			return answer;
		}
	}

	private InstancePoll connect() throws SQLException {
		Connection connection = this.connector.connect(this.instance, this.intervals.timeout());
		try {
			InstancePoll opened = InstancePoll.of(this.instance, connection, this.nanoTime);
			this.poll = opened;
			if (this.closed) {
				abort(opened);
			}
			return opened;
		}
		catch (SQLException | RuntimeException ex) {
			connection.abort(Runnable::run);
			throw ex;
		}
	}

	private void disconnect() {
		abort(this.poll);
		this.poll = null;
	}

	/**
	 * Closes a connection without a word to the server, which may not listen.
	 */
	private static void abort(@Nullable InstancePoll poll) {
		if (poll != null) {
			try {
				poll.connection().abort(Runnable::run);
			}
			catch (SQLException ex) {
				// it is gone, which is what was wanted
			}
		}
	}

	private void awaitTurn() throws InterruptedException {
		Attention attention = this.listener.attention();
		if (attention == Attention.ASLEEP) {
			disconnect();
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
			case NORMAL -> this.intervals.poll();
			case SEARCH -> (this.poll != null) ? this.intervals.search() : WatchIntervals.RETRY;
			case SLOW, ASLEEP -> WatchIntervals.SLOW;
		};
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
		InstancePoll current = this.poll;
		try {
			return current != null && this.replays && current.awaitPromotion(WatchIntervals.RETRY);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * How much an instance is worth watching at present.
	 */
	enum Attention {

		NORMAL,

		/** A writer is looked for. */
		SEARCH,

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
