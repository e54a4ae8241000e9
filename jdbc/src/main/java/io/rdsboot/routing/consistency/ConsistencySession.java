package io.rdsboot.routing.consistency;

/**
 * What a piece of work has written and read, so that its next read misses none of it.
 * Each thread has a session of its own, which knows of writes alone; one that was
 * {@linkplain #open opened} is a unit of work, such as an HTTP request, and knows of
 * reads too.
 *
 * <p>
 * Thread-safe: a unit of work that goes on on several threads shares one session, so that
 * each of them sees what the others have written. All it does is rule readers out, so
 * sharing one among several data sources is safe as well.
 */
public final class ConsistencySession {

	private final SessionHistory history;

	private ConsistencySession(SessionHistory history) {
		this.history = history;
	}

	/**
	 * Open a session for a unit of work, which has written and read nothing yet. It needs
	 * no closing.
	 */
	public static ConsistencySession open() {
		return new ConsistencySession(new SessionHistory(true));
	}

	public static ConsistencySession ofBareThread() {
		return new ConsistencySession(SessionHistory.ofBareThread());
	}

	/**
	 * Return the session that is bound to the calling thread.
	 */
	public static ConsistencySession current() {
		return ReadContext.current().session();
	}

	/**
	 * Bind this session to the calling thread.
	 * @return the end of it, to be closed on the same thread
	 */
	public Binding bind() {
		ReadContext context = ReadContext.current();
		ConsistencySession outer = context.session(this);
		return () -> context.session(outer);
	}

	/**
	 * Return whether something may have been written.
	 */
	public boolean hasWritten() {
		return this.history.hasWritten();
	}

	/**
	 * Return a number that grows with all that a token which was captured before may
	 * lack, other than reads: what is written, and what is taken over from elsewhere.
	 */
	public long revision() {
		return this.history.revision();
	}

	/**
	 * Return the {@linkplain #revision revision} at the last write that was more than the
	 * possibility of one: transactions that may write and have executed nothing but
	 * queries leave it as it is.
	 */
	public long lastChange() {
		return this.history.lastChange();
	}

	SessionHistory history() {
		return this.history;
	}

	/**
	 * Binding of a session to a thread; closing it binds the session that was bound
	 * before.
	 */
	@FunctionalInterface
	public interface Binding extends AutoCloseable {

		@Override
		void close();

	}

}
