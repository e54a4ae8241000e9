package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often instances are asked, and how long their answers are waited for.
 *
 * @param poll how often each is asked
 * @param search how often each that answers while there is no writer
 * @param timeout the longest that an answer, or a connection, is waited for
 * @param deployment how often each is asked whether it belongs to a Blue/Green deployment
 */
record WatchIntervals(Duration poll, Duration search, Duration timeout, Duration deployment) {

	/**
	 * For how long a reader waits for its own promotion at a time, and how often one
	 * monitor tries an instance again that does not answer while there is no writer.
	 */
	static final Duration RETRY = Duration.ofMillis(100);

	/**
	 * How often a reader looks for one monitor whether it was promoted.
	 */
	private static final Duration PROMOTION = Duration.ofMillis(5);

	/**
	 * What the monitors of all instances of a service may ask of one server together
	 * while there is no writer, a second: looks, each of which costs the server about a
	 * tenth of a millisecond; wake-ups of readers that wait for their promotion; and
	 * attempts to log in to a server that is about to start and has other things to do.
	 */
	private static final int SEARCHES = 1000;

	private static final int WAKE_UPS = 10_000;

	private static final int LOGINS = 500;

	/**
	 * By what part of itself an interval is made longer or shorter, so that the monitors
	 * of many instances of a service do not ask at the same moments for ever.
	 */
	private static final double SPREAD = 0.2;

	/**
	 * How often at most a reader is asked while somebody follows its replay.
	 */
	static final Duration FOLLOW = Duration.ofMillis(10);

	/**
	 * How often one monitor asks each instance while a Blue/Green switchover is under
	 * way.
	 */
	private static final Duration SWITCHOVER = Duration.ofMillis(100);

	/**
	 * How often an instance that belongs to a Blue/Green deployment is asked for it, and
	 * how often any is while there is no writer, of which a deployment may be the reason.
	 */
	private static final Duration DEPLOYMENT = Duration.ofSeconds(1);

	/**
	 * What the monitors of all instances of a service may ask of one server together for
	 * its deployment, a second.
	 */
	private static final int DEPLOYMENTS = 20;

	/**
	 * How often a name that is redirected is looked at for where it leads by itself, and
	 * how often while nothing answers where it is redirected to. Each is a login.
	 */
	static final Duration REDIRECT = Duration.ofSeconds(2);

	static final Duration LOST_REDIRECT = Duration.ofMillis(250);

	/**
	 * How often at least the monitor tries again where it may not log in or gets no
	 * sensible answer, and how often it asks instances of a database that is hardly used.
	 */
	static final Duration SLOW = Duration.ofSeconds(10);

	/**
	 * Return how often each instance that answers is asked while there is no writer.
	 * @param monitors how many do so
	 */
	Duration search(int monitors) {
		return atMost(SEARCHES, monitors, this.search);
	}

	/**
	 * Return how often an instance that does not answer is tried again while there is no
	 * writer.
	 * @param monitors how many do so
	 */
	static Duration retry(int monitors) {
		return atMost(LOGINS, monitors, RETRY);
	}

	/**
	 * Return how often a reader looks whether it was promoted.
	 * @param monitors how many have it do so
	 * @return at most {@link #RETRY}
	 */
	static Duration promotion(int monitors) {
		Duration pause = atMost(WAKE_UPS, monitors, PROMOTION);
		return (pause.compareTo(RETRY) < 0) ? pause : RETRY;
	}

	/**
	 * Return how often an instance is asked for its Blue/Green deployment that is known
	 * to belong to one, or may.
	 * @param monitors how many do so
	 */
	static Duration deployment(int monitors) {
		return atMost(DEPLOYMENTS, monitors, DEPLOYMENT);
	}

	/**
	 * Return how often an instance is asked while a Blue/Green switchover may close it to
	 * writes at any moment. A borrower finds out for itself, too.
	 * @param monitors how many do so
	 */
	static Duration switchover(int monitors) {
		return atMost(SEARCHES, monitors, SWITCHOVER);
	}

	private static Duration atMost(int perSecond, int monitors, Duration shortest) {
		Duration fair = Duration.ofSeconds(monitors).dividedBy(perSecond);
		return (fair.compareTo(shortest) > 0) ? fair : shortest;
	}

	/**
	 * Return an interval of about the same length, another one each time.
	 */
	static Duration spread(Duration interval) {
		double factor = ThreadLocalRandom.current().nextDouble(1 - SPREAD, 1 + SPREAD);
		return Duration.ofNanos((long) (factor * interval.toNanos()));
	}

}
