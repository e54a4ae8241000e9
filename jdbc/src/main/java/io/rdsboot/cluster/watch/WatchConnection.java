package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.cluster.poll.InstancePoll;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.RolePoll;
import io.rdsboot.cluster.poll.SessionIdentity;
import io.rdsboot.cluster.poll.WatchFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a watch, to the server that the instance's address led to when it
 * was opened, or to the one that a pooler gives it at present. Used by the watch's
 * thread; {@link #close} may be called by any.
 */
final class WatchConnection implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(WatchConnection.class);

	/**
	 * How many other servers behind a pooler may answer before the role of the last one
	 * is all that is believed.
	 */
	private static final int SERVERS = 3;

	private final DatabaseInstance instance;

	private final InstanceConnector connector;

	private final Duration timeout;

	private final LongSupplier nanoTime;

	private volatile @Nullable InstancePoll poll;

	/**
	 * The connection that takes the place of the present one once it is open.
	 */
	private volatile @Nullable CompletableFuture<InstancePoll> replacement;

	/**
	 * The connection that was asked over last.
	 */
	private @Nullable Connection latest;

	/**
	 * The connection whose server has told its limits last.
	 */
	private @Nullable Connection told;

	private ServerLimits limits = ServerLimits.UNKNOWN;

	private volatile boolean closed;

	/**
	 * Create a connection that is opened when it is first asked over.
	 */
	WatchConnection(DatabaseInstance instance, InstanceConnector connector, Duration timeout, LongSupplier nanoTime) {
		this.instance = instance;
		this.connector = connector;
		this.timeout = timeout;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return the open connection, or {@code null} if there is none.
	 */
	@Nullable Connection connection() {
		InstancePoll current = this.poll;
		return (current != null) ? current.connection() : null;
	}

	boolean isOpen() {
		return this.poll != null;
	}

	/**
	 * Return whether this is the connection that answers had come over.
	 */
	boolean isOf(SessionIdentity session) {
		InstancePoll current = this.poll;
		return current != null && current.session() == session;
	}

	/**
	 * Ask over the open connection, and if that is lost, over a new one.
	 * @param lost called when the open one was lost, before another is tried
	 * @param withheld called when the server tells its role alone
	 */
	Observation ask(Runnable lost, Consumer<SQLException> withheld) throws SQLException {
		useReplacement();
		InstancePoll current = this.poll;
		if (current != null) {
			try {
				return ask(current, withheld);
			}
			catch (SQLException ex) {
				if (!WatchFailure.isUnreachable(ex) && !current.connection().isClosed()) {
					throw ex;
				}
				disconnect();
				lost.run();
			}
		}
		return ask(connect(), withheld);
	}

	/**
	 * Asks again while a pooler lets other servers answer by turns, a few times, and then
	 * settles for the role alone.
	 */
	private Observation ask(InstancePoll current, Consumer<SQLException> withheld) throws SQLException {
		InstancePoll asked = current;
		Observation answer = askOnce(asked, withheld);
		for (int i = 0; i < SERVERS && answer.session() != asked.session(); i++) {
			asked = InstancePoll.of(this.instance, asked.connection(), this.nanoTime);
			this.poll = asked;
			answer = askOnce(asked, withheld);
		}
		return answer;
	}

	/**
	 * Asks for all that there is to know, or as long as the connection lasts for the role
	 * alone where the server does not tell more.
	 */
	private Observation askOnce(InstancePoll current, Consumer<SQLException> withheld) throws SQLException {
		try {
			return current.ask();
		}
		catch (SQLException ex) {
			if (current instanceof RolePoll || !InstancePoll.isUnsupported(ex)) {
				throw ex;
			}
			InstancePoll ofRole = current.ofRole();
			Observation answer = ofRole.ask();
			this.poll = ofRole;
			withheld.accept(ex);
			return answer;
		}
	}

	/**
	 * Ask for the limits of the server, once for each connection: not at the first look
	 * over it, when the session that it replaces may not have ended, and would count.
	 * @return whether it was asked
	 */
	boolean askForLimits() {
		InstancePoll current = this.poll;
		if (current == null || current.connection() == this.told) {
			return false;
		}
		if (current.connection() != this.latest) {
			this.latest = current.connection();
			return false;
		}
		this.told = current.connection();
		this.limits = current.askForLimits();
		return true;
	}

	/**
	 * Return what the server has told last.
	 */
	ServerLimits limits() {
		return this.limits;
	}

	private InstancePoll connect() throws SQLException {
		return use(open());
	}

	private InstancePoll use(InstancePoll opened) {
		this.poll = opened;
		if (this.closed) {
			abort(opened);
		}
		return opened;
	}

	private InstancePoll open() throws SQLException {
		Connection connection = this.connector.connect(this.instance, this.timeout);
		try {
			return InstancePoll.of(this.instance, connection, this.nanoTime);
		}
		catch (SQLException | RuntimeException ex) {
			connection.abort(Runnable::run);
			throw ex;
		}
	}

	/**
	 * Connect anew on another thread, because the address may lead elsewhere by now. What
	 * is open is asked meanwhile, because a login may take as long as its time-out while
	 * the server is promoted, and stays where that fails: it still tells more than
	 * nothing.
	 * @param ended called when there is a new connection, or none could be opened
	 */
	void renew(Runnable ended) {
		if (this.replacement != null) {
			return;
		}
		CompletableFuture<InstancePoll> opening = new CompletableFuture<>();
		this.replacement = opening;
		Thread thread = new Thread(() -> {
			try {
				opening.complete(open());
			}
			catch (SQLException | RuntimeException ex) {
				opening.completeExceptionally(ex);
			}
			ended.run();
		}, this.instance.name() + ":watch-renewal");
		thread.setDaemon(true);
		thread.start();
	}

	private void useReplacement() {
		CompletableFuture<InstancePoll> opened = this.replacement;
		if (opened == null || !opened.isDone()) {
			return;
		}
		this.replacement = null;
		try {
			InstancePoll former = this.poll;
			use(opened.join());
			abort(former);
		}
		catch (CompletionException ex) {
			logger.debug("Instance {} is watched over the connection that there is: no other could be opened",
					this.instance, ex);
		}
	}

	/**
	 * Let the server wait for its own promotion.
	 * @param limit the longest to wait
	 * @param pause how often the server looks
	 * @return whether it has waited
	 */
	boolean awaitPromotion(Duration limit, Duration pause) {
		InstancePoll current = this.poll;
		try {
			return current != null && current.awaitPromotion(limit, pause);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Close the connection; the next question opens another.
	 */
	void disconnect() {
		abort(this.poll);
		this.poll = null;
		abortReplacement();
		this.replacement = null;
	}

	private void abortReplacement() {
		CompletableFuture<InstancePoll> opening = this.replacement;
		if (opening != null) {
			CompletableFuture<Void> unused = opening.thenAccept(WatchConnection::abort);
		}
	}

	/**
	 * End whatever is waited for, for ever.
	 */
	@Override
	public void close() {
		this.closed = true;
		abort(this.poll);
		abortReplacement();
	}

	/**
	 * Closes a connection without a word to the server, which may not listen.
	 */
	private static void abort(@Nullable InstancePoll poll) {
		if (poll != null) {
			try {
				poll.connection().abort(Runnable::run);
			}
			catch (SQLException ex) {
				// it is gone, which is what was wanted
			}
		}
	}

}
