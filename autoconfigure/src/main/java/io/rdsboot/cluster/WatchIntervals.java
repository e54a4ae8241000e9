package io.rdsboot.cluster;

import java.time.Duration;

/**
 * How often instances are asked, and how long their answers are waited for.
 *
 * @param poll how often each is asked
 * @param search how often while there is no writer
 * @param timeout the longest that an answer, or a connection, is waited for
 */
record WatchIntervals(Duration poll, Duration search, Duration timeout) {

	/**
	 * How often at least the monitor tries again where it may not log in or gets no
	 * sensible answer, and how often it asks instances of a database that is hardly used.
	 */
	static final Duration SLOW = Duration.ofSeconds(10);

}
