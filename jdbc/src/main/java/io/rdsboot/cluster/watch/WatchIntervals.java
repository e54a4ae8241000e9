package io.rdsboot.cluster.watch;

import java.time.Duration;

/**
 * How often instances are asked, and how long their answers are waited for.
 *
 * @param poll how often each is asked
 * @param search how often each that answers while there is no writer
 * @param timeout the longest that an answer, or a connection, is waited for
 */
record WatchIntervals(Duration poll, Duration search, Duration timeout) {

	/**
	 * How often an instance that does not answer is tried again while there is no writer:
	 * each time is a login, and one that starts has other things to do. For as long a
	 * reader waits for its own promotion at a time.
	 */
	static final Duration RETRY = Duration.ofMillis(100);

	/**
	 * How often at most a reader is asked while somebody follows its replay.
	 */
	static final Duration FOLLOW = Duration.ofMillis(10);

	/**
	 * How often at least the monitor tries again where it may not log in or gets no
	 * sensible answer, and how often it asks instances of a database that is hardly used.
	 */
	static final Duration SLOW = Duration.ofSeconds(10);

}
