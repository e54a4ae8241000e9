package io.rdsboot.routing.settings;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.rdsboot.routing.sql.SqlSettings;
import org.jspecify.annotations.Nullable;

/**
 * What a borrower has changed on a physical connection that its pool would not change
 * back: settings of the session, be it by SQL or by JDBC's methods, holdability and type
 * map. Not thread-safe.
 *
 * <p>
 * HikariCP itself changes back auto-commit, read-only, isolation, network time-out, and a
 * schema that is the pool's.
 */
public final class SessionChanges {

	private final Connection connection;

	private final DefaultSettings defaults;

	private final Set<String> names = new TreeSet<>();

	/**
	 * Those of the names that SQL has changed, which nobody else remembers.
	 */
	private final Set<String> sqlNames = new TreeSet<>();

	private boolean unknown;

	private @Nullable Integer holdability;

	private @Nullable Map<String, Class<?>> typeMap;

	public SessionChanges(Connection connection, DefaultSettings defaults) {
		this.connection = connection;
		this.defaults = defaults;
	}

	/**
	 * Take note of settings that are about to be changed. Outside a transaction their
	 * values are asked for, if need be; within one it might be the wrong moment.
	 */
	public void willChange(SqlSettings settings) throws SQLException {
		this.unknown |= settings.areUnknown();
		this.sqlNames.addAll(settings.names());
		willChange(settings.names());
	}

	public void willChange(Set<String> settings) throws SQLException {
		Set<String> added = new TreeSet<>(settings);
		added.removeAll(this.names);
		if (!added.isEmpty()) {
			if (this.connection.getAutoCommit() && !isReadOnlySet(added)) {
				this.defaults.learn(this.connection, added);
			}
			this.defaults.changed(added);
			this.names.addAll(added);
		}
	}

	/**
	 * pgjdbc itself sets a session read-only outside a transaction.
	 */
	private boolean isReadOnlySet(Set<String> settings) throws SQLException {
		return this.connection.isReadOnly() && settings.contains("default_transaction_read_only");
	}

	public void willChangeHoldability() throws SQLException {
		if (this.holdability == null) {
			this.holdability = this.connection.getHoldability();
		}
	}

	public void willChangeTypeMap() throws SQLException {
		if (this.typeMap == null) {
			this.typeMap = this.connection.getTypeMap();
		}
	}

	/**
	 * Return whether SQL has changed settings, which another connection of the same
	 * borrower has to take over.
	 */
	public boolean hasSettings() {
		return !this.sqlNames.isEmpty() || this.unknown;
	}

	/**
	 * Return whether {@link #settings()} tells all of them.
	 */
	public boolean isMovable() {
		return !this.unknown;
	}

	/**
	 * Return the values that settings have now that SQL has changed. To be called outside
	 * a transaction.
	 */
	public Map<String, @Nullable String> settings() throws SQLException {
		return this.sqlNames.isEmpty() ? Map.<String, @Nullable String>of()
				: DefaultSettings.read(this.connection, this.sqlNames);
	}

	/**
	 * Change everything back. To be called outside a transaction, in auto-commit mode.
	 * @return whether that was possible
	 */
	public boolean undo() throws SQLException {
		if (this.holdability != null) {
			this.connection.setHoldability(this.holdability);
		}
		if (this.typeMap != null) {
			this.connection.setTypeMap(this.typeMap);
		}
		Map<String, @Nullable String> known = this.defaults.known(this.connection);
		if (this.unknown || !known.keySet().containsAll(this.names)) {
			return false;
		}
		if (!this.names.isEmpty()) {
			Map<String, @Nullable String> values = new LinkedHashMap<>(known);
			values.keySet().retainAll(this.names);
			try (Statement statement = this.connection.createStatement()) {
				statement.execute(DefaultSettings.sql(values));
			}
		}
		return true;
	}

}
