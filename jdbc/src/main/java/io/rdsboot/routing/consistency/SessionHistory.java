package io.rdsboot.routing.consistency;

import java.util.Objects;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ServerIdentity;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConsistencySession} has written and read. All it does is rule readers
 * out. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class SessionHistory {

	private final boolean unitOfWork;

	private boolean wrote;

	private long lastCommit;

	private boolean read;

	private long lastRead;

	/**
	 * The reader that served last, or {@code null} if it was the writer, or a reader that
	 * did not have to be consistent.
	 */
	private @Nullable DatabaseInstance lastReader;

	/**
	 * The server that its address led to then, as far as was known.
	 */
	private @Nullable ServerIdentity lastServer;

	private final SessionConnections connections = new SessionConnections();

	private boolean resumed;

	/**
	 * A time by which everything was committed that was taken over from tokens.
	 */
	private long resumedUntil;

	/**
	 * A time before all of those tokens were issued.
	 */
	private long resumedSince;

	private long issuedAt;

	private boolean positionUnknown;

	private @Nullable LogPosition position;

	private boolean unverified;

	private boolean recalled;

	private long recalledUntil;

	private long revision;

	/**
	 * The revision at the end of the last transaction that is known to have changed
	 * something, as far as its SQL tells.
	 */
	private long changed;

	/**
	 * Create an empty history.
	 * @param unitOfWork whether what is read counts, too
	 */
	SessionHistory(boolean unitOfWork) {
		this.unitOfWork = unitOfWork;
	}

	/**
	 * Return the history of a thread that nobody has bound a session to, which knows of
	 * writes alone.
	 */
	public static SessionHistory ofBareThread() {
		return new SessionHistory(false);
	}

	/**
	 * Return whether something may have been written.
	 */
	public synchronized boolean hasWritten() {
		return this.wrote || this.connections.mayWriteAtAnyTime();
	}

	/**
	 * Return a number that grows with all that a token which was captured before may
	 * lack, other than reads: what is written, and what is taken over from elsewhere.
	 */
	synchronized long revision() {
		return this.revision;
	}

	/**
	 * Return the {@linkplain #revision revision} at the last write that was more than the
	 * possibility of one: transactions that may write and have executed nothing but
	 * queries leave it as it is.
	 */
	synchronized long lastChange() {
		return this.changed;
	}

	/**
	 * Take note that a transaction that may have written has ended.
	 * @param time a time after its end
	 */
	public synchronized void committed(long time) {
		committed(time, true);
	}

	/**
	 * Take note that a transaction that may have written has ended.
	 * @param time a time after its end
	 * @param changed whether it has executed anything but queries
	 */
	public synchronized void committed(long time, boolean changed) {
		this.lastCommit = (this.wrote && this.lastCommit - time > 0) ? this.lastCommit : time;
		this.wrote = true;
		this.revision++;
		if (changed) {
			this.changed = this.revision;
		}
	}

	/**
	 * Take note of a connection whose every statement may commit a write at any time from
	 * now on.
	 */
	public synchronized void beginAutoCommit(SessionConnection connection) {
		this.connections.beginAutoCommit(connection);
		this.revision++;
	}

	public synchronized void endAutoCommit(SessionConnection connection, long time, boolean changed) {
		this.connections.endAutoCommit(connection);
		committed(time, changed);
	}

	/**
	 * Take note that a reader serves a read, with all that this session has seen so far.
	 * @param server the server that the reader's address was last known to lead to, or
	 * {@code null} if that is not known
	 */
	public synchronized void servedBy(DatabaseInstance reader, @Nullable ServerIdentity server, long time) {
		if (this.unitOfWork) {
			this.lastReader = reader;
			this.lastServer = server;
			readAt(time);
		}
	}

	/**
	 * Take note that somebody else serves: the writer, or a reader that may be behind
	 * this session.
	 */
	public synchronized void servedByOther(long time) {
		if (this.unitOfWork) {
			this.lastReader = null;
			this.lastServer = null;
			readAt(time);
		}
	}

	public synchronized void connectionOpened(SessionConnection connection) {
		this.connections.opened(connection);
	}

	/**
	 * Take note that a connection was given back, on which something may have been read
	 * until now.
	 */
	public synchronized void connectionClosed(SessionConnection connection, long time) {
		this.connections.closed(connection);
		if (this.unitOfWork) {
			readAt(time);
		}
	}

	/**
	 * Let go of connections that are gone without having been given back.
	 */
	private void forgetGoneConnections(long now) {
		SessionConnections.Gone gone = this.connections.forgetGone();
		if (gone.wrote()) {
			committed(now);
		}
		if (gone.any() && this.unitOfWork) {
			readAt(now);
		}
	}

	private void readAt(long time) {
		this.lastRead = (this.read && this.lastRead - time > 0) ? this.lastRead : time;
		this.read = true;
	}

	/**
	 * Take over what a token stands for.
	 * @param token not an empty one
	 * @param until a time after the token was issued
	 * @param issuedAt when it was issued, as far as clocks agree
	 * @param since a time before the token was issued
	 */
	synchronized void resume(ConsistencyToken token, long until, long issuedAt, long since) {
		LogPosition position = token.position();
		this.positionUnknown |= position == null;
		if (position != null && (this.position == null || position.includes(this.position))) {
			this.position = position;
		}
		this.resumedSince = (this.resumed && this.resumedSince - since < 0) ? this.resumedSince : since;
		this.issuedAt = (this.resumed && this.issuedAt - issuedAt > 0) ? this.issuedAt : issuedAt;
		this.resumedUntil = (this.resumed && this.resumedUntil - until > 0) ? this.resumedUntil : until;
		this.resumed = true;
		this.unverified |= !token.verified();
		this.revision++;
	}

	/**
	 * Take over what another session of this process had written, or what was written to
	 * another database that this one has taken the place of.
	 * @param until a time by which all of it was committed
	 */
	public synchronized void recall(long until) {
		this.recalledUntil = (this.recalled && this.recalledUntil - until > 0) ? this.recalledUntil : until;
		this.recalled = true;
	}

	/**
	 * Return whether this session has written nothing itself, and has taken over a token
	 * that anybody may have made: the writer is not to be overrun on its behalf.
	 */
	public synchronized boolean isUnverified() {
		return this.unverified && !hasWritten();
	}

	/**
	 * Return whether a reader is known to have all that this session has written, and in
	 * a unit of work read.
	 * @param state what was last heard of the reader, or {@code null} if that is nothing
	 * @param provable whether somebody watches how far the reader is
	 * @param now the time
	 * @param unknownLagDelay how long after the event, in nanoseconds, a reader that can
	 * prove nothing is trusted to have it
	 */
	public synchronized boolean mayReadFrom(DatabaseInstance reader, @Nullable InstanceState state, boolean provable,
			long now, long unknownLagDelay) {
		forgetGoneConnections(now);
		if (this.connections.mayWriteAtAnyTime()) {
			return false;
		}
		ServerIdentity server = (state != null) ? state.server() : null;
		if (provable) {
			LogProgress progress = (state != null) ? state.progress() : null;
			return (isEmpty() || state != null) && areWritesIncludedIn(progress)
					&& (mayGoOnWith(reader, server) || areReadsIncludedIn(progress));
		}
		return (!this.wrote || now - this.lastCommit >= unknownLagDelay)
				&& (!this.resumed || now - this.issuedAt >= unknownLagDelay)
				&& (!this.recalled || now - this.recalledUntil >= unknownLagDelay) && (mayGoOnWith(reader, server)
						|| (this.connections.isEmpty() && now - this.lastRead >= unknownLagDelay));
	}

	/**
	 * Return whether another database, which replicates this one, is known to have all
	 * that this session has written, and in a unit of work read here.
	 * @param progress how far the other one has applied this one's log, by the clock of
	 * this history, or {@code null} if that is not known
	 * @param now the time
	 */
	public synchronized boolean isIncludedIn(@Nullable LogProgress progress, long now) {
		forgetGoneConnections(now);
		return !this.connections.mayWriteAtAnyTime() && areWritesIncludedIn(progress)
				&& (!this.read || areReadsIncludedIn(progress));
	}

	private boolean areWritesIncludedIn(@Nullable LogProgress progress) {
		return (!this.wrote || includes(progress, this.lastCommit)) && (!this.resumed || includesToken(progress))
				&& (!this.recalled || includes(progress, this.recalledUntil));
	}

	private boolean areReadsIncludedIn(@Nullable LogProgress progress) {
		return this.connections.isEmpty() && includes(progress, this.lastRead);
	}

	private boolean mayGoOnWith(DatabaseInstance reader, @Nullable ServerIdentity server) {
		return !this.read || (reader.equals(this.lastReader) && Objects.equals(this.lastServer, server));
	}

	private boolean includesToken(@Nullable LogProgress progress) {
		return includes(progress, this.resumedUntil) || (!this.positionUnknown && this.position != null
				&& progress != null && progress.includes(this.position, this.resumedSince));
	}

	private static boolean includes(@Nullable LogProgress progress, long time) {
		return progress != null && progress.includesCommitsUntil(time);
	}

	/**
	 * Return whether there is nothing that a later read could miss.
	 */
	public synchronized boolean isEmpty() {
		return !hasWritten() && !this.read && !this.resumed && !this.recalled;
	}

	/**
	 * Return the same where positions are all of one log.
	 */
	synchronized @Nullable Long horizon(long now) {
		return horizon(now, null);
	}

	/**
	 * Return a time by which everything was committed that this session has written or
	 * read, or {@code null} if the position that it took over says it all.
	 * @param now the time
	 * @param logSince a time before which positions were those of another log, or
	 * {@code null}
	 */
	synchronized @Nullable Long horizon(long now, @Nullable Long logSince) {
		forgetGoneConnections(now);
		if (!this.connections.isEmpty()) {
			return now;
		}
		boolean positionUnknown = this.positionUnknown || (logSince != null && this.resumedSince - logSince <= 0);
		Long horizon = (this.resumed && positionUnknown) ? this.resumedUntil : null;
		horizon = later(horizon, this.recalled, this.recalledUntil);
		horizon = later(horizon, this.wrote, this.lastCommit);
		return later(horizon, this.read, this.lastRead);
	}

	private static @Nullable Long later(@Nullable Long horizon, boolean happened, long time) {
		if (!happened) {
			return horizon;
		}
		return (horizon != null && horizon - time > 0) ? horizon : Long.valueOf(time);
	}

	synchronized @Nullable LogPosition position() {
		return this.position;
	}

}
