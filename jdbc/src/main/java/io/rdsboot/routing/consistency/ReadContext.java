package io.rdsboot.routing.consistency;

import java.sql.SQLException;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.login.FailedInstance;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What the calling thread asks of its reads, and the session that they belong to. Made
 * once a thread, so that a borrow allocates nothing, and confined to it; only the session
 * may be shared.
 */
@API(status = API.Status.INTERNAL)
public final class ReadContext {

	private static final ThreadLocal<ReadContext> CURRENT = ThreadLocal.withInitial(ReadContext::new);

	private ConsistencySession session = ConsistencySession.ofBareThread();

	private @Nullable ReadDemand demand;

	private @Nullable String group;

	private InfrastructureScope scope = InfrastructureScope.NONE;

	private @Nullable ReadDemand connectionDemand;

	private @Nullable String connectionGroup;

	private boolean opensForQueries;

	private @Nullable DatabaseInstance canceller;

	private ReadContext() {
	}

	public static ReadContext current() {
		return CURRENT.get();
	}

	ConsistencySession session() {
		return this.session;
	}

	/**
	 * Return what the session has written and read.
	 */
	public SessionHistory history() {
		return this.session.history();
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
	 * Return what the scopes demand that the thread is in, or {@code null} outside any.
	 * Infrastructure demands the writer, also of a transaction of the application's that
	 * it takes part in.
	 */
	public @Nullable ReadDemand demand() {
		return (this.scope != InfrastructureScope.NONE) ? ReadDemand.WRITER : this.demand;
	}

	/**
	 * Return what the scopes demand that the thread is in, whether or not it is
	 * infrastructure.
	 */
	public @Nullable ReadDemand demandOfScopes() {
		return this.demand;
	}

	public InfrastructureScope scope() {
		return this.scope;
	}

	/**
	 * Enter or leave work of infrastructure.
	 * @return the scope before
	 */
	public InfrastructureScope scope(InfrastructureScope scope) {
		InfrastructureScope outer = this.scope;
		this.scope = scope;
		return outer;
	}

	/**
	 * Enter a scope. What it demands holds beside what the scopes around it do.
	 * @return the demand before, to {@linkplain #leave leave} with
	 */
	public @Nullable ReadDemand enter(ReadDemand demand) {
		ReadDemand outer = this.demand;
		this.demand = (outer != null) ? outer.stricter(demand) : demand;
		return outer;
	}

	/**
	 * Leave a scope.
	 * @param outer what {@link #enter} returned
	 */
	public void leave(@Nullable ReadDemand outer) {
		this.demand = outer;
	}

	/**
	 * Return the name of the group whose readers may serve, or {@code null} for those
	 * outside all groups.
	 */
	public @Nullable String group() {
		return this.group;
	}

	/**
	 * Enter or leave work whose reads are served by a group. The innermost one counts.
	 * @return the group before
	 */
	public @Nullable String group(@Nullable String group) {
		String outer = this.group;
		this.group = group;
		return outer;
	}

	/**
	 * Return what connections demand that are handed out now, whoever reads on them, or
	 * {@code null} if that is for the reader to say.
	 */
	public @Nullable ReadDemand connectionDemand() {
		return this.connectionDemand;
	}

	/**
	 * Begin or cease to hand out connections with a demand of their own.
	 * @return the demand before
	 */
	public @Nullable ReadDemand connectionDemand(@Nullable ReadDemand demand) {
		ReadDemand outer = this.connectionDemand;
		this.connectionDemand = demand;
		return outer;
	}

	/**
	 * Return the name of the group whose readers serve the connections that are handed
	 * out now, whoever reads on them, or {@code null} if that is for the reader to say.
	 */
	public @Nullable String connectionGroup() {
		return this.connectionGroup;
	}

	/**
	 * Begin or cease to hand out connections with a group of their own.
	 * @return the group before
	 */
	public @Nullable String connectionGroup(@Nullable String group) {
		String outer = this.connectionGroup;
		this.connectionGroup = group;
		return outer;
	}

	/**
	 * Return whether the connection that is opened now takes queries outside a
	 * transaction for reads.
	 */
	public boolean opensForQueries() {
		return this.opensForQueries;
	}

	/**
	 * Begin or cease to open connections that take queries outside a transaction for
	 * reads.
	 * @return what held before
	 */
	public boolean opensForQueries(boolean opensForQueries) {
		boolean outer = this.opensForQueries;
		this.opensForQueries = opensForQueries;
		return outer;
	}

	/**
	 * Let the next read go to another instance than the one that has cancelled this one,
	 * because that one might cancel it again.
	 */
	public void readCancelled(SQLException failure) {
		FailedInstance.of(failure).ifPresent((instance) -> this.canceller = instance);
	}

	/**
	 * Return the instance that the next read is not to go to, or {@code null}, and forget
	 * it.
	 */
	public @Nullable DatabaseInstance takeCanceller() {
		DatabaseInstance canceller = this.canceller;
		this.canceller = null;
		return canceller;
	}

}
