package io.rdsboot.pool.connection;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.zaxxer.hikari.SQLExceptionOverride;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.login.ConnectionFailures;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each exception of a pool's connections whether the connection stays, and
 * passes on those that say something of the instance. Thread-safe.
 *
 * <p>
 * A feature that the server does not have (0A000) is no reason to part, although HikariCP
 * thinks so. A write that is refused (25006) is one where the instance is believed to be
 * the writer; on a reader, and on a connection that the application made read-only, it is
 * the application's mistake. HikariCP does not say which connection failed, so that one
 * such mistake may hide another thread's failure for the moment. A read that a replica
 * cancels because of its replay says nothing of the instance, also where the replica ends
 * the session.
 */
public final class InstanceExceptionOverride implements SQLExceptionOverride {

	private static final String FEATURE_NOT_SUPPORTED = "0A000";

	private final Supplier<InstanceRole> role;

	private final BooleanSupplier ownRefusal;

	private final Consumer<SQLException> statementFailed;

	private final Consumer<SQLException> readCancelled;

	private final @Nullable SQLExceptionOverride userOverride;

	/**
	 * Create an override for one pool.
	 * @param role the role that the instance is believed to have now
	 * @param ownRefusal whether a refused write may be one on a connection that the
	 * application made read-only
	 * @param statementFailed told of lost connections, and of writes that the writer
	 * refused
	 * @param readCancelled told of reads that a replica cancelled because of its replay
	 * @param userOverride the user's own, which wins where it decides, or {@code null}
	 */
	public InstanceExceptionOverride(Supplier<InstanceRole> role, BooleanSupplier ownRefusal,
			Consumer<SQLException> statementFailed, Consumer<SQLException> readCancelled,
			@Nullable SQLExceptionOverride userOverride) {
		this.role = role;
		this.ownRefusal = ownRefusal;
		this.statementFailed = statementFailed;
		this.readCancelled = readCancelled;
		this.userOverride = userOverride;
	}

	@java.lang.Override
	public Override adjudicate(SQLException exception) {
		boolean own = ConnectionFailures.isReadOnly(exception) && this.ownRefusal.getAsBoolean();
		if (own) {
			ReadOnlyByApplication.addTo(exception);
		}
		boolean refusedWrite = ConnectionFailures.isReadOnly(exception) && this.role.get() == InstanceRole.WRITER
				&& !own;
		boolean cancelled = ConnectionFailures.isRecoveryConflict(exception)
				|| ConnectionFailures.isDatabaseDropped(exception);
		if (cancelled) {
			this.readCancelled.accept(exception);
		}
		else if (refusedWrite || ConnectionFailures.isLostConnection(exception)) {
			this.statementFailed.accept(exception);
		}
		Override decision = (this.userOverride != null) ? this.userOverride.adjudicate(exception)
				: Override.CONTINUE_EVICT;
		if (decision != Override.CONTINUE_EVICT) {
			return decision;
		}
		// The loss of the connection follows where the replica has ended the session.
		if (refusedWrite || (cancelled && exception.getNextException() != null)
				|| ConnectionFailures.isEndedByTimeout(exception)) {
			return Override.MUST_EVICT;
		}
		return FEATURE_NOT_SUPPORTED.equals(exception.getSQLState()) ? Override.DO_NOT_EVICT : Override.CONTINUE_EVICT;
	}

}
