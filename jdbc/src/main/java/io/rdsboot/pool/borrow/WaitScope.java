package io.rdsboot.pool.borrow;

/**
 * Time in which a thread waits for a connection of a pool, or for the permission to
 * borrow one. Thread-safe but for {@link #close()}, which belongs to the waiting thread.
 */
public interface WaitScope extends AutoCloseable {

	/**
	 * Return whether an interrupt of the waiting thread came from the pool, to have it
	 * look again whether the wait is worthwhile.
	 */
	boolean isWoken();

	/**
	 * End the wait. Has no effect when it has ended.
	 */
	@Override
	void close();

}
