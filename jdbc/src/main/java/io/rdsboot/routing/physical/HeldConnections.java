package io.rdsboot.routing.physical;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.sql.Connection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.routing.settings.DefaultSettings;

/**
 * The physical connections that are borrowed through a data source. One whose borrower
 * was collected without closing it is closed at a later borrow. Thread-safe.
 */
public final class HeldConnections {

	private final Set<HeldConnection> held = ConcurrentHashMap.newKeySet();

	private final ReferenceQueue<Connection> abandoned = new ReferenceQueue<>();

	private final DefaultSettings defaults = new DefaultSettings();

	private final ConnectionSource source;

	/**
	 * Create an empty set.
	 * @param source where the connections come from
	 */
	public HeldConnections(ConnectionSource source) {
		this.source = source;
	}

	ReferenceQueue<Connection> abandoned() {
		return this.abandoned;
	}

	DefaultSettings defaults() {
		return this.defaults;
	}

	long now() {
		return this.source.now();
	}

	void add(HeldConnection connection) {
		this.held.add(connection);
	}

	void remove(HeldConnection connection) {
		this.held.remove(connection);
		this.source.givenBack(connection.physical());
	}

	void evict(Connection physical) {
		this.source.evict(physical);
	}

	void followReplay() {
		this.source.followReplay();
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
