package io.rdsboot.pool.connection;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Finds out why a server has refused a write: because the application itself made the
 * session or the transaction read-only, or because the server was closed to writes
 * meanwhile. Both look the same from within the transaction that failed, so that a new
 * session is asked, once for all who fail at the same time. Thread-safe.
 */
public final class RefusedWrites {

	/**
	 * For how long a server that takes writes is believed to go on. An application that
	 * makes this mistake time and again costs the server a login a second.
	 */
	private static final Duration MEMORY = Duration.ofSeconds(1);

	private final OpenConnections connections;

	private final BooleanSupplier serverTakesWrites;

	private final LongSupplier nanoTime;

	private boolean asked;

	private long askedAt;

	private boolean taken;

	/**
	 * Create it for one pool.
	 * @param connections the pool's connections
	 * @param serverTakesWrites asks a new session, and returns within a limit
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public RefusedWrites(OpenConnections connections, BooleanSupplier serverTakesWrites, LongSupplier nanoTime) {
		this.connections = connections;
		this.serverTakesWrites = serverTakesWrites;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return whether a write that has just been refused may be one that the application
	 * itself has made impossible.
	 */
	public boolean mayBeOwn() {
		return this.connections.mayBeReadOnlyConnection()
				|| (this.connections.mayBeReadOnlySession() && takesWrites(this.nanoTime.getAsLong()));
	}

	private synchronized boolean takesWrites(long failedAt) {
		long age = failedAt - this.askedAt;
		if (!this.asked || age >= (this.taken ? MEMORY.toNanos() : 0)) {
			this.askedAt = this.nanoTime.getAsLong();
			this.taken = this.serverTakesWrites.getAsBoolean();
			this.asked = true;
		}
		return this.taken;
	}

}
