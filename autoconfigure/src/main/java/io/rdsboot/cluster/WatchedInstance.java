package io.rdsboot.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What has been heard of one instance: its newest answer, what failed since, and what
 * connection pools have experienced. Not thread-safe.
 */
final class WatchedInstance {

	private final DatabaseInstance instance;

	private final InstanceRole initialRole;

	private boolean reachable = true;

	private @Nullable Observation answer;

	private boolean silent;

	private boolean failed;

	private boolean contradicted;

	private long claimedSince;

	private @Nullable SessionIdentity strayed;

	WatchedInstance(InstanceState initial) {
		this.instance = initial.instance();
		this.initialRole = initial.role();
		this.reachable = initial.reachable();
	}

	void answered(Observation newAnswer) {
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
	void fellSilent() {
		this.silent = true;
	}

	void failed(WatchFailure failure) {
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
	 * until it cannot either.
	 */
	void connected() {
		this.contradicted = this.contradicted || !this.reachable;
		this.reachable = true;
	}

	void notConnected() {
		this.contradicted = false;
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
	 * Return the role of an instance that is not the writer.
	 */
	InstanceRole roleBesideWriter() {
		if (this.instance.fixedRole() != null) {
			return this.instance.fixedRole();
		}
		if (this.answer != null) {
			return this.answer.claimsWriter() ? InstanceRole.UNKNOWN : InstanceRole.READER;
		}
		return (this.initialRole == InstanceRole.WRITER) ? InstanceRole.UNKNOWN : this.initialRole;
	}

	@Override
	public String toString() {
		return this.instance.name();
	}

}
