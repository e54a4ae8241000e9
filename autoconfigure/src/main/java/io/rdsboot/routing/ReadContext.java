package io.rdsboot.routing;

import org.jspecify.annotations.Nullable;

/**
 * What the calling thread asks of its reads, and the session that they belong to. Made
 * once a thread, so that a borrow allocates nothing, and confined to it; only the session
 * may be shared.
 */
final class ReadContext {

	private static final ThreadLocal<ReadContext> CURRENT = ThreadLocal.withInitial(ReadContext::new);

	private ConsistencySession session = ConsistencySession.ofBareThread();

	private final SessionRequirement requirement = new SessionRequirement(this.session);

	private @Nullable ReadDemand demand;

	private ReadContext() {
	}

	static ReadContext current() {
		return CURRENT.get();
	}

	ConsistencySession session() {
		return this.session;
	}

	/**
	 * Bind another session to the thread.
	 * @return the one that was bound before
	 */
	ConsistencySession session(ConsistencySession session) {
		ConsistencySession outer = this.session;
		this.session = session;
		return outer;
	}

	/**
	 * Return what the innermost scope demands, or {@code null} outside any.
	 */
	@Nullable ReadDemand demand() {
		return this.demand;
	}

	/**
	 * Enter or leave a scope.
	 * @return the demand before
	 */
	@Nullable ReadDemand demand(@Nullable ReadDemand demand) {
		ReadDemand outer = this.demand;
		this.demand = demand;
		return outer;
	}

	/**
	 * Return the requirement that each borrow of this thread prepares anew.
	 */
	SessionRequirement requirement() {
		return this.requirement;
	}

}
