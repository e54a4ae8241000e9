package io.rdsboot.cluster.knowledge;

import java.sql.SQLException;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import io.rdsboot.cluster.poll.WatchFailure;
import org.jspecify.annotations.Nullable;

/**
 * What has been heard of one instance: its newest answer, what failed since, and what
 * connection pools have experienced. Not thread-safe.
 */
public final class WatchedInstance {

	private static final String READ_ONLY = "25006";

	private final DatabaseInstance instance;

	private final InstanceRole initialRole;

	private boolean reachable = true;

	private @Nullable Observation answer;

	private boolean silent;

	private boolean failed;

	private boolean contradicted;

	private long claimedSince;

	private @Nullable SessionIdentity strayed;

	private final AddressServers servers = new AddressServers();

	/**
	 * When the connection of the newest answer was first asked over.
	 */
	private long connectedAt;

	/**
	 * The connection whose answers may be those of a server that the address no longer
	 * leads to.
	 */
	private @Nullable SessionIdentity doubted;

	WatchedInstance(InstanceState initial) {
		this.instance = initial.instance();
		this.initialRole = initial.role();
		this.reachable = initial.reachable();
	}

	public void answered(Observation newAnswer) {
		if (newAnswer.session() != session()) {
			this.connectedAt = newAnswer.askedAt();
			if (newAnswer.session().server() != null) {
				this.servers.met(newAnswer.session().server(), newAnswer.askedAt());
			}
		}
		if (newAnswer.claimsWriter() && !claimsWriter()) {
			this.claimedSince = newAnswer.askedAt();
		}
		this.answer = newAnswer;
		this.reachable = true;
		this.silent = false;
		this.failed = false;
		this.contradicted = false;
	}

	/**
	 * Take note that a question stayed without an answer, before another connection has
	 * shown whether the instance can be reached.
	 */
	public void fellSilent() {
		this.silent = true;
	}

	public void failed(WatchFailure failure) {
		this.silent = true;
		this.failed = true;
		if (failure.unreachable()) {
			this.reachable = this.reachable && this.contradicted;
		}
		else if (failure.answered()) {
			this.reachable = true;
		}
	}

	/**
	 * Take note that a pool could connect. Where the monitor cannot, the pool is right
	 * until it cannot either. A connection leads where the address leads when it is
	 * opened: if that is another server than the watch's, the watch has to connect anew.
	 * @param server where it leads, or {@code null} if that is not known
	 * @param now the time by the monitor's clock
	 */
	public void connected(@Nullable ServerIdentity server, long now) {
		this.contradicted = this.contradicted || !this.reachable;
		this.reachable = true;
		SessionIdentity session = session();
		if (server == null || session == null || session.server() == null || server.equals(session.server())) {
			return;
		}
		this.servers.met(server, now);
		if (!leadsToSeveral(now)) {
			doubt();
		}
	}

	public void notConnected() {
		this.contradicted = false;
	}

	/**
	 * Take note that a statement of a pool failed. A writer that takes no write is none.
	 */
	public void statementFailed(SQLException failure) {
		if (READ_ONLY.equals(failure.getSQLState())) {
			doubt();
		}
	}

	/**
	 * Take note that the address may lead to another server than the present connection.
	 */
	public void doubt() {
		this.doubted = session();
	}

	/**
	 * Return whether what the present connection says may be that of a server which the
	 * address no longer leads to.
	 */
	boolean isDoubted() {
		return this.doubted != null && this.doubted == session();
	}

	/**
	 * Return whether the address leads to several servers by turns, so that what the
	 * watch hears does not hold for the pool.
	 */
	boolean leadsToSeveral(long now) {
		return !claimsWriter() && this.servers.areSeveral(now);
	}

	/**
	 * Return when the connection of the newest answer was first asked over.
	 */
	long connectedAt() {
		return this.connectedAt;
	}

	boolean isConfiguredWriter() {
		return this.initialRole == InstanceRole.WRITER;
	}

	/**
	 * Take note that it has replayed what the writer never wrote. That lasts as long as
	 * the server runs: it must be rebuilt, and does not live through it.
	 */
	void strayed() {
		this.strayed = session();
	}

	boolean hasStrayed() {
		SessionIdentity session = session();
		return session != null && this.strayed != null
				&& (session == this.strayed || session.isSameServer(this.strayed));
	}

	/**
	 * Return whether that shows over the present connection, too.
	 */
	boolean isSeenStraying() {
		return this.strayed != null && session() == this.strayed;
	}

	DatabaseInstance instance() {
		return this.instance;
	}

	boolean isReachable() {
		return this.reachable;
	}

	/**
	 * Return the newest answer, or {@code null} if there was none yet.
	 */
	@Nullable Observation answer() {
		return this.answer;
	}

	/**
	 * Return the newest answer, or {@code null} if it could not be asked since.
	 */
	@Nullable Observation presentAnswer() {
		return this.failed ? null : this.answer;
	}

	/**
	 * Return whether it has answered, or has been found not to.
	 */
	boolean wasLookedAt() {
		return this.answer != null || this.failed;
	}

	/**
	 * Return whether it has failed to answer since its newest answer.
	 */
	boolean isSilent() {
		return this.silent;
	}

	/**
	 * Return whether it is the writer as far as it has last said, or as it is configured
	 * if it has said nothing yet.
	 */
	boolean standsAsWriter() {
		return (this.answer != null) ? this.answer.claimsWriter() : this.initialRole == InstanceRole.WRITER;
	}

	/**
	 * Return whether it was closed to writes when it was last asked, and could be.
	 */
	boolean isClosed() {
		Observation present = presentAnswer();
		return present != null && present.closed();
	}

	boolean claimsWriter() {
		return this.answer != null && this.answer.claimsWriter();
	}

	/**
	 * Return the connection of the newest answer, or {@code null} if there was none yet.
	 */
	@Nullable SessionIdentity session() {
		return (this.answer != null) ? this.answer.session() : null;
	}

	/**
	 * Return whether its address leads to the same server as another's.
	 */
	boolean isSameServerAs(WatchedInstance other) {
		return this.answer != null && other.answer != null
				&& this.answer.session().isSameServer(other.answer.session());
	}

	/**
	 * Return whether the two are known to be two servers.
	 */
	boolean isOtherServerThan(WatchedInstance other) {
		return this.answer != null && other.answer != null
				&& this.answer.session().isOtherServer(other.answer.session());
	}

	/**
	 * Return whether it has said that it is the writer after another had begun to.
	 */
	boolean claimsInSpiteOf(WatchedInstance other) {
		return this.answer != null && this.answer.claimsWriter() && this.answer.askedAt() - other.claimedSince >= 0;
	}

	boolean belongsTo(@Nullable String systemIdentifier) {
		String own = systemIdentifier();
		return own == null || systemIdentifier == null || own.equals(systemIdentifier);
	}

	@Nullable String systemIdentifier() {
		return (this.answer != null) ? this.answer.session().systemIdentifier() : null;
	}

	/**
	 * Return the role of an instance that is not the writer. One that was closed to
	 * writes has everything that was written, until there is another writer.
	 * @param writerKnown whether there is a writer
	 */
	InstanceRole roleBesideWriter(boolean writerKnown) {
		if (this.instance.fixedRole() != null) {
			return this.instance.fixedRole();
		}
		if (this.answer != null) {
			boolean reader = this.answer.closed() ? !writerKnown : !this.answer.claimsWriter();
			return reader ? InstanceRole.READER : InstanceRole.UNKNOWN;
		}
		return (this.initialRole == InstanceRole.WRITER) ? InstanceRole.UNKNOWN : this.initialRole;
	}

	@Override
	public String toString() {
		return this.instance.name();
	}

}
