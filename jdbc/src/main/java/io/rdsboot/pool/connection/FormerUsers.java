package io.rdsboot.pool.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Retires the connections of a pool whose user is no longer the one that logs in, as a
 * rotation of alternating users leaves them behind. Thread-safe.
 *
 * <p>
 * A connection is retired when its borrower gives it back, so that nobody waits for
 * another, and one a second at most, so that the pool never has many to open at once. One
 * that nobody borrows stays until its maximum lifetime.
 */
public final class FormerUsers {

	private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

	private final OpenConnections connections;

	private final LongSupplier nanoTime;

	/**
	 * Borrowed connections that go when they have been given back.
	 */
	private final List<Connection> leaving = new ArrayList<>();

	/**
	 * The physical connections of those that are leaving or have left.
	 */
	private final Set<Connection> retired = Collections.newSetFromMap(new IdentityHashMap<>());

	private String present = "";

	private long nextRetirement;

	private volatile boolean retiring;

	/**
	 * Create one for a pool that has no connections yet.
	 * @param connections what is open
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public FormerUsers(OpenConnections connections, LongSupplier nanoTime) {
		this.connections = connections;
		this.nanoTime = nanoTime;
		this.nextRetirement = nanoTime.getAsLong();
	}

	/**
	 * Take note of a login.
	 * @param user who logged in, and is the present user from now on
	 */
	synchronized void loggedIn(String user) {
		this.present = user;
		update();
	}

	/**
	 * Take note of a borrow. Costs one volatile read while there is nobody to retire.
	 * @param borrowed the pool's connection
	 * @param evict takes a pool's connection that was given back out of the pool
	 */
	public void borrowed(Connection borrowed, Consumer<Connection> evict) throws SQLException {
		if (this.retiring) {
			retire(borrowed, evict);
		}
	}

	private synchronized void retire(Connection borrowed, Consumer<Connection> evict) throws SQLException {
		for (Iterator<Connection> connections = this.leaving.iterator(); connections.hasNext();) {
			Connection connection = connections.next();
			if (connection.isClosed()) {
				connections.remove();
				evict.accept(connection);
			}
		}
		long now = this.nanoTime.getAsLong();
		if (now - this.nextRetirement < 0) {
			return;
		}
		Connection physical = borrowed.unwrap(Connection.class);
		if (isFormer(physical)) {
			this.retired.add(physical);
			this.leaving.add(borrowed);
			this.nextRetirement = now + INTERVAL;
		}
		update();
	}

	private void update() {
		this.retired.removeIf(OpenConnections::isClosed);
		this.retiring = !this.leaving.isEmpty() || this.connections.anyMatch(this::isFormer);
	}

	private boolean isFormer(Connection physical) {
		String user = this.connections.user(physical);
		return user != null && !user.equals(this.present) && !this.retired.contains(physical);
	}

}
