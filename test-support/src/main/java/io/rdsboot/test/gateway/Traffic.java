package io.rdsboot.test.gateway;

import java.time.Duration;

/**
 * How traffic passes an address: at once, late or not at all. Thread-safe.
 */
final class Traffic {

	private Duration delay = Duration.ZERO;

	private boolean frozen;

	private boolean ended;

	synchronized void slow(Duration answerDelay) {
		this.delay = answerDelay;
		this.frozen = false;
		notifyAll();
	}

	synchronized void freeze() {
		this.frozen = true;
		notifyAll();
	}

	synchronized void restore() {
		slow(Duration.ZERO);
	}

	/**
	 * Lets everything pass for good.
	 */
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	/**
	 * Waits while traffic is frozen.
	 */
	void awaitPassage() {
		await(false);
	}

	/**
	 * Waits for as long as an answer is to be late, and while traffic is frozen.
	 */
	void awaitAnswer() {
		await(true);
	}

	private synchronized void await(boolean late) {
		long startNanos = System.nanoTime();
		try {
			long remaining = late ? this.delay.toNanos() : 0;
			while (!this.ended && (this.frozen || remaining > 0)) {
				wait(this.frozen ? 0 : remaining / 1_000_000, this.frozen ? 0 : (int) (remaining % 1_000_000));
				remaining = late ? this.delay.toNanos() - (System.nanoTime() - startNanos) : 0;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
