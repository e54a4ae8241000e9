package io.rdsboot.routing.physical;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.sql.Connection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.routing.settings.DefaultSettings;

/**
 * The physical connections that are borrowed through a data source. One whose borrower
 * was collected without closing it is closed at a later borrow. Thread-safe.
 */
public final class HeldConnections {

	private final Set<HeldConnection> held = ConcurrentHashMap.newKeySet();

	private final ReferenceQueue<Connection> abandoned = new ReferenceQueue<>();

	private final DefaultSettings defaults = new DefaultSettings();

	private final Consumer<Connection> givenBack;

	private final Consumer<Connection> evict;

	private final Runnable followReplay;

	private final LongSupplier nanoTime;

	/**
	 * Create an empty set.
	 * @param givenBack told of each connection that is no longer held
	 * @param evict ends a connection and takes it out of its pool
	 * @param followReplay lets readers be watched until they have all that was committed
	 * by then
	 * @param nanoTime the clock
	 */
	public HeldConnections(Consumer<Connection> givenBack, Consumer<Connection> evict, Runnable followReplay,
			LongSupplier nanoTime) {
		this.givenBack = givenBack;
		this.evict = evict;
		this.followReplay = followReplay;
		this.nanoTime = nanoTime;
	}

	ReferenceQueue<Connection> abandoned() {
		return this.abandoned;
	}

	DefaultSettings defaults() {
		return this.defaults;
	}

	long now() {
		return this.nanoTime.getAsLong();
	}

	void add(HeldConnection connection) {
		this.held.add(connection);
	}

	void remove(HeldConnection connection) {
		this.held.remove(connection);
		this.givenBack.accept(connection.physical());
	}

	void evict(Connection physical) {
		this.evict.accept(physical);
	}

	void followReplay() {
		this.followReplay.run();
	}

	/**
	 * Give up connections whose borrowers were collected. Costs a volatile read while
	 * there are none.
	 */
	public void reclaim() {
		for (Reference<?> next = this.abandoned.poll(); next != null; next = this.abandoned.poll()) {
			((HeldConnection) next).abandon();
		}
	}

}
