package io.rdsboot.routing.physical;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;

import io.rdsboot.routing.settings.DefaultIsolations;
import io.rdsboot.routing.settings.DefaultSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * What a caller has set on a connection, to be applied to each physical connection that
 * it borrows. {@code null} means: as the pool made it. Not thread-safe.
 */
public final class ConnectionSettings {

	private static final Set<Integer> ISOLATIONS = Set.of(Connection.TRANSACTION_READ_UNCOMMITTED,
			Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ,
			Connection.TRANSACTION_SERIALIZABLE);

	private @Nullable Integer isolation;

	/**
	 * The level that a caller was told, who may therefore set none.
	 */
	private @Nullable Integer answeredIsolation;

	private boolean answeredReadOnly;

	private boolean schemaSet;

	private @Nullable String schema;

	private @Nullable String catalog;

	private @Nullable Integer holdability;

	private @Nullable Map<String, Class<?>> typeMap;

	private @Nullable Properties clientInfo;

	private @Nullable NetworkTimeout networkTimeout;

	private final List<SqlText> sql = new ArrayList<>(1);

	/**
	 * Refuse what pgjdbc would refuse.
	 */
	public static void checkIsolation(int level) throws SQLException {
		if (!ISOLATIONS.contains(level)) {
			throw new SQLFeatureNotSupportedException("There is no transaction isolation level " + level
					+ "; choose one of the constants of java.sql.Connection but TRANSACTION_NONE", "0A000");
		}
	}

	public @Nullable Integer isolation() {
		return this.isolation;
	}

	public void isolation(int level) {
		this.isolation = level;
	}

	/**
	 * Take note of a level that was answered.
	 * @param readOnly whether it was that of the pools to read from
	 */
	public void answeredIsolation(int level, boolean readOnly) {
		this.answeredIsolation = level;
		this.answeredReadOnly = readOnly;
	}

	public void schema(@Nullable String schema) {
		this.schema = schema;
		this.schemaSet = true;
	}

	public @Nullable String catalog() {
		return this.catalog;
	}

	public void catalog(@Nullable String catalog) {
		this.catalog = catalog;
	}

	public void holdability(int holdability) {
		this.holdability = holdability;
	}

	public void typeMap(Map<String, Class<?>> typeMap) {
		this.typeMap = typeMap;
	}

	public void clientInfo(String name, @Nullable String value) {
		Properties properties = (this.clientInfo != null) ? this.clientInfo : new Properties();
		properties.setProperty(name, (value != null) ? value : "");
		this.clientInfo = properties;
	}

	public void networkTimeout(@Nullable Executor executor, int milliseconds) {
		this.networkTimeout = new NetworkTimeout(executor, milliseconds);
	}

	/**
	 * Add SQL that changes settings. It is executed once: the physical connection knows
	 * then what was changed.
	 */
	void sql(SqlText sql) {
		this.sql.add(sql);
		sql.settings().names().forEach(this::forget);
	}

	/**
	 * Take over from a physical connection what SQL has changed on it.
	 */
	void take(Map<String, @Nullable String> values) {
		this.sql.add(SqlText.of(DefaultSettings.sql(values)));
		values.keySet().forEach(this::forget);
	}

	/**
	 * Forget what JDBC's methods have set, because SQL has set it since.
	 */
	private void forget(String name) {
		if (name.equals("search_path")) {
			this.schema = null;
			this.schemaSet = false;
		}
		else if (name.equals("application_name")) {
			this.clientInfo = null;
		}
	}

	/**
	 * Apply what has been set. Round trips: one each for the isolation level, the schema,
	 * client info and every piece of SQL.
	 * @param readOnly whether the caller's connection is read-only
	 * @param isolations the levels that connections come with
	 */
	void applyTo(HeldConnection held, boolean readOnly, DefaultIsolations isolations) throws SQLException {
		Connection connection = held.physical();
		if (this.isolation != null) {
			connection.setTransactionIsolation(this.isolation);
		}
		else if (this.answeredIsolation != null && this.answeredReadOnly == readOnly
				&& isolations.of(connection) != this.answeredIsolation) {
			connection.setTransactionIsolation(this.answeredIsolation);
		}
		for (SqlText each : List.copyOf(this.sql)) {
			this.sql.remove(0);
			execute(held, each);
		}
		if (this.schemaSet) {
			held.setSchema(this.schema);
		}
		if (this.catalog != null) {
			connection.setCatalog(this.catalog);
		}
		if (this.holdability != null) {
			held.setHoldability(this.holdability);
		}
		if (this.typeMap != null) {
			held.setTypeMap(this.typeMap);
		}
		if (this.clientInfo != null) {
			for (String name : this.clientInfo.stringPropertyNames()) {
				held.setClientInfo(name, this.clientInfo.getProperty(name));
			}
		}
		if (this.networkTimeout != null) {
			connection.setNetworkTimeout(this.networkTimeout.executor(), this.networkTimeout.milliseconds());
		}
	}

	/**
	 * Execute SQL that changes settings and was put off.
	 */
	static void execute(HeldConnection held, SqlText sql) throws SQLException {
		held.executing(sql.settings(), sql);
		try (Statement statement = held.physical().createStatement()) {
			statement.execute(sql.sql());
		}
	}

	private record NetworkTimeout(@Nullable Executor executor, int milliseconds) {

	}

}
