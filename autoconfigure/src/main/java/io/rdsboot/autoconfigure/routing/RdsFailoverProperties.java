package io.rdsboot.autoconfigure.routing;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of what happens while there is no writer.
 */
@ConfigurationProperties("rds.failover")
public class RdsFailoverProperties {

	/**
	 * Maximum time that a transaction that may write waits for a writer. Zero to fail at
	 * once.
	 */
	private Duration timeout = Duration.ofSeconds(30);

	private final Retry retry = new Retry();

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public Retry getRetry() {
		return this.retry;
	}

	/**
	 * How {@code RdsRetry} repeats a transaction.
	 */
	public static class Retry {

		/**
		 * Maximum number of attempts in all.
		 */
		private int maxAttempts = 3;

		/**
		 * Time to wait before the second attempt, doubled for each further one.
		 */
		private Duration delay = Duration.ofMillis(100);

		/**
		 * Maximum time to wait between two attempts.
		 */
		private Duration maxDelay = Duration.ofSeconds(2);

		/**
		 * Time after which no further attempt begins.
		 */
		private Duration timeout = Duration.ofSeconds(30);

		public int getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(int maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public Duration getDelay() {
			return this.delay;
		}

		public void setDelay(Duration delay) {
			this.delay = delay;
		}

		public Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

	}

}
