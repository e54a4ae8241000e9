package io.rdsboot.routing.physical;

import io.rdsboot.routing.consistency.InfrastructureScope;
import io.rdsboot.routing.consistency.ReadContext;
import org.jspecify.annotations.Nullable;

/**
 * The caller of one connection: who he works for, and what he has asked of the
 * connection, which each physical connection behind it takes over. Not thread-safe, as
 * the connection is.
 *
 * <p>
 * He works for the application, or for
 * {@linkplain io.rdsboot.routing.Reads#asInfrastructure infrastructure}. That is decided
 * when the connection is handed out, and anew when a transaction begins: work of
 * infrastructure that takes part in a transaction of the application's is part of that
 * transaction. A connection that outlives the work of infrastructure is the application's
 * from its next statement on.
 */
public final class ConnectionCaller {

	private final boolean infrastructureForGood;

	private boolean infrastructure;

	private boolean autoCommit;

	private boolean readOnly;

	private @Nullable ConnectionSettings settings;

	/**
	 * Create the caller of a connection that is handed out on the calling thread.
	 * @param autoCommit whether the connection begins in auto-commit mode
	 */
	ConnectionCaller(boolean autoCommit) {
		InfrastructureScope scope = ReadContext.current().scope();
		this.infrastructureForGood = scope == InfrastructureScope.CONNECTION;
		this.infrastructure = scope != InfrastructureScope.NONE;
		this.autoCommit = autoCommit;
	}

	/**
	 * Return whether a statement that is about to be executed on the calling thread is
	 * infrastructure's.
	 */
	boolean isInfrastructure() {
		if (this.infrastructure && !this.infrastructureForGood
				&& ReadContext.current().scope() == InfrastructureScope.NONE) {
			this.infrastructure = false;
		}
		return this.infrastructure;
	}

	/**
	 * Return whether each statement is a transaction of its own.
	 */
	public boolean autoCommit() {
		return this.autoCommit;
	}

	/**
	 * Take note of the mode that physical connections have from now on. Without
	 * auto-commit, a transaction begins on the calling thread.
	 */
	public void autoCommit(boolean autoCommit) {
		this.autoCommit = autoCommit;
		if (!autoCommit && !this.infrastructureForGood) {
			this.infrastructure = ReadContext.current().scope() != InfrastructureScope.NONE;
		}
	}

	public boolean readOnly() {
		return this.readOnly;
	}

	/**
	 * Take note whether physical connections are borrowed for reading from now on.
	 */
	public void readOnly(boolean readOnly) {
		this.readOnly = readOnly;
	}

	/**
	 * Return what else was set on the connection, to be added to.
	 */
	public ConnectionSettings settings() {
		if (this.settings == null) {
			this.settings = new ConnectionSettings();
		}
		return this.settings;
	}

	/**
	 * Return what else was set on the connection, or {@code null} for nothing.
	 */
	@Nullable ConnectionSettings settingsIfAny() {
		return this.settings;
	}

	/**
	 * Return the isolation level that was set, or {@code null} if none was.
	 */
	public @Nullable Integer isolation() {
		return (this.settings != null) ? this.settings.isolation() : null;
	}

	/**
	 * Return the catalog that was set, or {@code null} if none was.
	 */
	public @Nullable String catalog() {
		return (this.settings != null) ? this.settings.catalog() : null;
	}

}
