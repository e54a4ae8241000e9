package example;

import java.util.function.LongSupplier;

/**
 * Rate limiter that allows bursts: permits are refilled at a constant rate, up to a capacity.
 */
public class TokenBucket {

	private final long capacity;

	private final double refillPerNano;

	private final LongSupplier ticker;

	private double permits;

	private long refilledAt;

	public TokenBucket(long capacity, double permitsPerSecond, LongSupplier ticker) {
		this.capacity = capacity;
		this.refillPerNano = permitsPerSecond / 1e9;
		this.ticker = ticker;
		this.permits = capacity;
		this.refilledAt = ticker.getAsLong();
	}

	/**
	 * Takes a permit if there is one.
	 * @return whether the caller may go on
	 */
	public synchronized boolean tryAcquire() {
		refill();
		if (this.permits < 1) {
			return false;
		}
		this.permits--;
		return true;
	}

	private void refill() {
		long now = this.ticker.getAsLong();
		this.permits = Math.min(this.capacity, this.permits + (now - this.refilledAt) * this.refillPerNano);
		this.refilledAt = now;
	}

}
