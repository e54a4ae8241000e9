package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.SessionHistory;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a reader's data has to include to serve one read: a bound of the lag, and all that
 * the read's session has written and read. Prepared for each borrow, used again for the
 * next one so that a borrow allocates nothing for it, and confined to its thread.
 */
@API(status = API.Status.INTERNAL)
public final class ReadRequirement implements Predicate<ReaderCandidate> {

	private static final ThreadLocal<ReadRequirement> OF_THREAD = ThreadLocal.withInitial(ReadRequirement::new);

	private @Nullable Duration maxLag;

	private SessionHistory session = ReadContext.current().history();

	private boolean sessionCounts;

	private long now;

	private long unknownLagDelay;

	private boolean demanding;

	/**
	 * Whether the writer serves only until a reader has caught up.
	 */
	private boolean awaitingReplay;

	private RoutingReason reason = RoutingReason.READ;

	private @Nullable String group;

	/**
	 * The instance that has cancelled the last read, or {@code null}.
	 */
	private @Nullable DatabaseInstance leftOut;

	private ReadRequirement() {
	}

	/**
	 * Return what the calling thread's next read requires, valid until its next borrow.
	 * @param maxLag the greatest lag, or {@code null} for any
	 * @param sessionCounts whether what the thread's session has written and read must be
	 * included
	 * @param now the time
	 * @param unknownLagDelay the nanoseconds after which a reader that tells nothing is
	 * trusted to have replayed a write
	 */
	public static ReadRequirement of(ReadContext context, @Nullable Duration maxLag, boolean sessionCounts, long now,
			long unknownLagDelay) {
		ReadRequirement requirement = OF_THREAD.get();
		requirement.maxLag = maxLag;
		requirement.session = context.history();
		requirement.sessionCounts = sessionCounts;
		requirement.now = now;
		requirement.unknownLagDelay = unknownLagDelay;
		requirement.demanding = maxLag != null || (sessionCounts && !context.history().isEmpty());
		requirement.awaitingReplay = false;
		requirement.reason = RoutingReason.READ;
		requirement.group = context.group();
		requirement.leftOut = context.takeCanceller();
		return requirement;
	}

	/**
	 * Set the time again, after a wait.
	 */
	void at(long now) {
		this.now = now;
	}

	/**
	 * Return the name of the group whose readers may serve, or {@code null} for those
	 * outside all groups.
	 */
	@Nullable String group() {
		return this.group;
	}

	/**
	 * Take note why a reader is chosen.
	 */
	void chosenFor(RoutingReason reason) {
		this.reason = reason;
	}

	/**
	 * Return why the last reader was chosen.
	 */
	RoutingReason reason() {
		return this.reason;
	}

	/**
	 * Return whether a reader may serve: it can be borrowed from, and its data is fresh
	 * enough.
	 */
	@Override
	public boolean test(ReaderCandidate candidate) {
		RoutedReader reader = (RoutedReader) candidate;
		return isAvailable(reader) && isMetBy(reader, reader.state());
	}

	/**
	 * Return whether a reader that was chosen meets the requirement by the connection
	 * that was borrowed from it. Its address may be an alias that moves: then the
	 * connection leads to another server than the one that the reader was chosen for, as
	 * long as nobody has noticed.
	 */
	boolean isStillMetBy(RoutedReader reader, Connection connection) {
		if (!this.demanding || !reader.isProvable()) {
			return true;
		}
		InstanceState state = reader.state();
		ServerIdentity server = (state != null) ? state.server() : null;
		return isMetBy(reader, state) && (server == null || !reader.pool().leadsElsewhereThan(connection, server));
	}

	private boolean isMetBy(RoutedReader reader, @Nullable InstanceState state) {
		return isWithinLag(state) && (!this.sessionCounts || this.session.mayReadFrom(reader.instance(), state,
				reader.isProvable(), this.now, this.unknownLagDelay));
	}

	/**
	 * Return whether not every reader would do.
	 */
	public boolean isDemanding() {
		return this.demanding;
	}

	/**
	 * Return whether a server meets the requirement: it does if it is the one that a
	 * reader's address was last seen to lead to.
	 * @param server the server that was met behind the reader's address
	 */
	public boolean isMetBy(RoutedReader reader, ServerIdentity server) {
		InstanceState state = reader.state();
		return state != null && server.equals(state.server()) && isMetBy(reader, state);
	}

	/**
	 * Leave no instance out any more.
	 * @return whether one was left out
	 */
	boolean takeIn() {
		boolean any = this.leftOut != null;
		this.leftOut = null;
		return any;
	}

	private boolean isAvailable(RoutedReader reader) {
		return reader.isAvailable() && !(this.leftOut != null && reader.instance().equals(this.leftOut));
	}

	/**
	 * Return whether one of the readers can be borrowed from, whatever its data.
	 */
	boolean isAnyAvailable(List<RoutedReader> readers) {
		for (int i = 0; i < readers.size(); i++) {
			if (isAvailable(readers.get(i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether one of the readers may serve.
	 */
	boolean isMetByAny(List<RoutedReader> readers) {
		for (int i = 0; i < readers.size(); i++) {
			if (test(readers.get(i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether only a token that anybody may have made keeps readers from serving.
	 */
	boolean isUnverified() {
		return this.sessionCounts && this.session.isUnverified();
	}

	private boolean isWithinLag(@Nullable InstanceState state) {
		LogProgress progress = (state != null) ? state.progress() : null;
		return this.maxLag == null || (progress != null && progress.isWithin(this.maxLag, this.now));
	}

	/**
	 * Tell the session which reader serves.
	 */
	public void servedBy(RoutedReader reader) {
		if (this.sessionCounts) {
			InstanceState state = reader.state();
			this.session.servedBy(reader.instance(), (state != null) ? state.server() : null, this.now);
		}
		else {
			this.session.servedByOther(this.now);
		}
	}

	/**
	 * Tell the session that the writer serves.
	 */
	void servedByWriter() {
		this.session.servedByOther(this.now);
	}

	/**
	 * Take note that the writer serves only until a reader has caught up.
	 */
	void awaitReplay() {
		this.awaitingReplay = true;
	}

	/**
	 * Return whether the writer serves only until a reader has caught up.
	 */
	boolean isAwaitingReplay() {
		return this.awaitingReplay;
	}

	/**
	 * Return why the writer serves, when none of the readers can be chosen. That a named
	 * group has none at present is no reason to let the writer serve all of its reads.
	 */
	RoutingReason reasonForWriter(List<RoutedReader> readers) {
		RoutingReason reason = (readers.isEmpty() && this.group == null) ? RoutingReason.NO_READER
				: RoutingReason.READER_FALLBACK;
		for (int i = 0; i < readers.size(); i++) {
			RoutedReader reader = readers.get(i);
			if (isAvailable(reader)) {
				if (isWithinLag(reader.state())) {
					return RoutingReason.READ_YOUR_WRITES;
				}
				reason = RoutingReason.READER_LAG;
			}
		}
		return reason;
	}

}
