package io.rdsboot.credentials;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures to renew one value: says when the next attempt is due, after 1 second, then 2,
 * and so on up to a minute, and logs the first of several in a row and their end. Times
 * are in milliseconds. Not thread-safe.
 */
final class RenewalFailures {

	private static final Logger logger = LoggerFactory.getLogger(RenewedValue.class);

	private static final long FIRST_RETRY = Duration.ofSeconds(1).toMillis();

	private static final long LAST_RETRY = Duration.ofMinutes(1).toMillis();

	private final String description;

	private int inARow;

	private long total;

	private @Nullable Throwable last;

	private long lastAt;

	RenewalFailures(String description) {
		this.description = description;
	}

	/**
	 * Take note of a failure.
	 * @param meanwhile what callers get until there is a new value
	 * @return time until the next attempt
	 */
	long add(Throwable reason, long now, String meanwhile) {
		if (this.inARow == 0) {
			logger.atWarn()
				.addKeyValue("rds.credential", this.description)
				.addKeyValue("rds.cause", reason.toString())
				.log("Could not get a new {}; {}, and it is tried again: {}", this.description, meanwhile,
						reason.toString());
		}
		this.inARow++;
		this.total++;
		this.last = reason;
		this.lastAt = now;
		return Math.min(FIRST_RETRY << Math.min(this.inARow - 1, 6), LAST_RETRY);
	}

	/**
	 * Take note that there is a new value.
	 */
	void end() {
		if (this.inARow > 0) {
			logger.atInfo()
				.addKeyValue("rds.credential", this.description)
				.addKeyValue("rds.failures", this.inARow)
				.log("Got a new {} after {} failures", this.description, this.inARow);
		}
		this.inARow = 0;
		this.last = null;
	}

	/**
	 * Return the last failure if it was so recently that another attempt is too early,
	 * else {@code null}.
	 */
	@Nullable Throwable justNow(long now) {
		return (Math.abs(now - this.lastAt) < FIRST_RETRY) ? this.last : null;
	}

	/**
	 * Return when and why the last attempt failed, as an addition to a message; empty if
	 * it did not.
	 */
	String lastText(long now) {
		return (this.last != null)
				? ", and failed " + Math.max(now - this.lastAt, 0) / 1000 + " s ago: " + this.last.getMessage() : "";
	}

	/**
	 * Return how many failures there were in all.
	 */
	long total() {
		return this.total;
	}

}
