package io.rdsboot.routing;

import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ServerIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Requirement of a session's next read: a bound of the lag, and all that the session has
 * written and read. Prepared for each borrow, and confined to its thread.
 */
final class SessionRequirement implements ReadRequirement {

	private @Nullable Duration maxLag;

	private ConsistencySession session;

	private boolean sessionCounts;

	private long now;

	private long unknownLagDelay;

	private boolean demanding;

	private @Nullable RoutedReader server;

	/**
	 * Whether the writer serves only until a reader has caught up.
	 */
	private boolean awaitingReplay;

	/**
	 * The instance that has cancelled the last read, or {@code null}.
	 */
	private @Nullable DatabaseInstance leftOut;

	SessionRequirement(ConsistencySession session) {
		this.session = session;
	}

	/**
	 * Prepare for a borrow.
	 * @param maxLag the greatest lag, or {@code null} for any
	 * @param session the session that the read belongs to
	 * @param sessionCounts whether what the session has written and read must be included
	 * @param now the time
	 * @param unknownLagDelay the nanoseconds after which a reader that tells nothing is
	 * trusted to have replayed a write
	 */
	void prepare(@Nullable Duration maxLag, ConsistencySession session, boolean sessionCounts, long now,
			long unknownLagDelay) {
		this.maxLag = maxLag;
		this.session = session;
		this.sessionCounts = sessionCounts;
		this.now = now;
		this.unknownLagDelay = unknownLagDelay;
		this.demanding = maxLag != null || (sessionCounts && !session.isEmpty());
		this.awaitingReplay = false;
	}

	/**
	 * Set the time again, after a wait.
	 */
	void at(long now) {
		this.now = now;
	}

	@Override
	public boolean isMetBy(ReaderCandidate candidate) {
		RoutedReader reader = (RoutedReader) candidate;
		return !isLeftOut(reader) && isMetBy(reader, reader.progress());
	}

	private boolean isMetBy(RoutedReader reader, @Nullable LogProgress progress) {
		return isWithinLag(progress)
				&& (!this.sessionCounts || this.session.mayReadFrom(reader, progress, this.now, this.unknownLagDelay));
	}

	/**
	 * Return whether not every reader would do.
	 */
	boolean isDemanding() {
		return this.demanding;
	}

	/**
	 * Return whether a server meets the requirement: it does if it is the one that a
	 * reader's address was last seen to lead to.
	 * @param server the server that was met behind the reader's address
	 */
	boolean isMetBy(RoutedReader reader, ServerIdentity server) {
		InstanceState state = reader.state();
		return state != null && server.equals(state.server()) && isMetBy(reader, state.progress());
	}

	/**
	 * Leave an instance out of the next choice, because it has cancelled a read that may
	 * be repeated now, and might cancel it again.
	 */
	void leaveOut(DatabaseInstance instance) {
		this.leftOut = instance;
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

	private boolean isLeftOut(RoutedReader reader) {
		return this.leftOut != null && reader.instance().equals(this.leftOut);
	}

	/**
	 * Return whether a reader can be chosen.
	 */
	boolean isMetByAny(List<RoutedReader> readers) {
		for (int i = 0; i < readers.size(); i++) {
			RoutedReader reader = readers.get(i);
			if (reader.isAvailable() && isMetBy(reader)) {
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

	private boolean isWithinLag(@Nullable LogProgress progress) {
		return this.maxLag == null || (progress != null && progress.isWithin(this.maxLag, this.now));
	}

	/**
	 * Take note of the reader that serves.
	 */
	void servedBy(RoutedReader reader) {
		this.leftOut = null;
		this.server = reader;
		this.session.servedBy(this.sessionCounts ? reader : null, this.now);
	}

	void servedByWriter() {
		this.leftOut = null;
		this.server = null;
		this.session.servedBy(null, this.now);
	}

	/**
	 * Take note that the writer serves whatever is required.
	 */
	void forgetServer() {
		this.server = null;
		this.awaitingReplay = false;
	}

	/**
	 * Take note that the writer serves only until a reader has caught up.
	 */
	void awaitReplay() {
		this.awaitingReplay = true;
	}

	/**
	 * Return whether the writer served only until a reader has caught up.
	 */
	boolean isAwaitingReplay() {
		return this.server == null && this.awaitingReplay;
	}

	/**
	 * Return the reader that serves, or {@code null} if it is the writer.
	 */
	@Nullable RoutedReader server() {
		return this.server;
	}

	/**
	 * Return why the writer serves, when none of the readers can be chosen.
	 */
	RoutingReason reasonForWriter(List<RoutedReader> readers) {
		RoutingReason reason = readers.isEmpty() ? RoutingReason.NO_READER : RoutingReason.READER_FALLBACK;
		for (int i = 0; i < readers.size(); i++) {
			RoutedReader reader = readers.get(i);
			if (reader.isAvailable() && !isLeftOut(reader)) {
				if (isWithinLag(reader.progress())) {
					return RoutingReason.READ_YOUR_WRITES;
				}
				reason = RoutingReason.READER_LAG;
			}
		}
		return reason;
	}

}
