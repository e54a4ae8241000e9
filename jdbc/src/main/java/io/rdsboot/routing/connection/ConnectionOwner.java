package io.rdsboot.routing.connection;

import io.rdsboot.routing.consistency.InfrastructureScope;
import io.rdsboot.routing.consistency.ReadContext;

/**
 * Who one connection works for: the application, or
 * {@linkplain io.rdsboot.routing.Reads#asInfrastructure infrastructure}. Not thread-safe,
 * as its connection is.
 *
 * <p>
 * It is decided when the connection is handed out, and anew when a transaction begins:
 * work of infrastructure that takes part in a transaction of the application's is part of
 * that transaction. A connection that outlives the work of infrastructure is the
 * application's from its next statement on.
 */
final class ConnectionOwner {

	private final boolean infrastructureForGood;

	private boolean infrastructure;

	/**
	 * Create the owner of a connection that is handed out on the calling thread.
	 */
	ConnectionOwner() {
		InfrastructureScope scope = ReadContext.current().scope();
		this.infrastructureForGood = scope == InfrastructureScope.CONNECTION;
		this.infrastructure = scope != InfrastructureScope.NONE;
	}

	/**
	 * Take note that a transaction begins on the calling thread.
	 */
	void transactionBegins() {
		if (!this.infrastructureForGood) {
			this.infrastructure = ReadContext.current().scope() != InfrastructureScope.NONE;
		}
	}

	/**
	 * Return whether a statement that is about to be executed on the calling thread is
	 * infrastructure's.
	 */
	boolean isInfrastructure() {
		if (this.infrastructure && !this.infrastructureForGood
				&& ReadContext.current().scope() == InfrastructureScope.NONE) {
			this.infrastructure = false;
		}
		return this.infrastructure;
	}

}
