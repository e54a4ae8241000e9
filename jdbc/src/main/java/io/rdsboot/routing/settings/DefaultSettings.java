package io.rdsboot.routing.settings;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The values that settings of physical connections have when they come from their pool:
 * of those settings that the application has been seen to change, which is what it takes
 * to undo that. Thread-safe.
 *
 * <p>
 * They are asked for once a connection and setting. Where nobody changes a setting,
 * nothing is asked.
 */
public final class DefaultSettings {

	/**
	 * More names than an application can mean.
	 */
	private static final int MAXIMUM_NAMES = 100;

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	private final Map<Connection, Map<String, @Nullable String>> values = Collections
		.synchronizedMap(new WeakHashMap<>());

	/**
	 * Return whether anybody changes settings.
	 */
	public boolean areNeeded() {
		return !this.names.isEmpty();
	}

	/**
	 * Ask an untouched connection for what its next borrower may change, if that is not
	 * known.
	 */
	public void learn(Connection connection) throws SQLException {
		if (!this.names.isEmpty()) {
			learn(connection, this.names);
		}
	}

	/**
	 * Ask a connection for values before they are changed.
	 * @param connection a connection without a transaction, on which these settings have
	 * not been changed
	 */
	public void learn(Connection connection, Set<String> names) throws SQLException {
		Map<String, @Nullable String> known = known(connection);
		if (!known.keySet().containsAll(names)) {
			Map<String, @Nullable String> learnt = read(connection, names);
			known.forEach(learnt::put);
			this.values.put(physical(connection), learnt);
		}
	}

	/**
	 * Take note that settings are changed, so that later borrowers learn their values in
	 * time.
	 */
	void changed(Set<String> names) {
		if (this.names.size() < MAXIMUM_NAMES) {
			this.names.addAll(names);
		}
	}

	/**
	 * Return the values that are known of a connection. A value is {@code null} where the
	 * setting did not exist.
	 */
	Map<String, @Nullable String> known(Connection connection) throws SQLException {
		Map<String, @Nullable String> known = this.values.get(physical(connection));
		return (known != null) ? known : Map.<String, @Nullable String>of();
	}

	/**
	 * The pool's proxy is another one for each borrower.
	 */
	private static Connection physical(Connection connection) throws SQLException {
		return connection.unwrap(Connection.class);
	}

	/**
	 * Read the values that settings have now.
	 */
	static Map<String, @Nullable String> read(Connection connection, Set<String> names) throws SQLException {
		Map<String, @Nullable String> values = new LinkedHashMap<>();
		Array array = connection.createArrayOf("text", names.toArray());
		try (PreparedStatement statement = connection
			.prepareStatement("SELECT name, current_setting(name, true) FROM unnest(?) AS name")) {
			statement.setArray(1, array);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					values.put(rows.getString(1), rows.getString(2));
				}
			}
		}
		return values;
	}

	/**
	 * Return the SQL that gives settings their values, whoever the present role is.
	 */
	public static String sql(Map<String, @Nullable String> values) {
		Map<String, @Nullable String> rest = new HashMap<>(values);
		StringBuilder sql = new StringBuilder();
		if (rest.containsKey("session_authorization")) {
			append(sql, "session_authorization", rest.remove("session_authorization"));
		}
		if (rest.containsKey("role")) {
			append(sql, "role", rest.remove("role"));
		}
		rest.forEach((name, value) -> append(sql, name, value));
		return sql.toString();
	}

	/**
	 * The search path is set in the way that pgjdbc recognises, because it forgets its
	 * prepared statements then.
	 */
	private static void append(StringBuilder sql, String name, @Nullable String value) {
		sql.append(sql.isEmpty() ? "" : "; ");
		if (value == null) {
			sql.append("RESET \"").append(name.replace("\"", "\"\"").replace(".", "\".\"")).append('"');
		}
		else if (name.equals("search_path")) {
			sql.append("SET search_path TO ").append(value.isEmpty() ? "''" : value);
		}
		else {
			sql.append("SELECT pg_catalog.set_config(")
				.append(literal(name))
				.append(", ")
				.append(literal(value))
				.append(", false)");
		}
	}

	private static String literal(String value) {
		return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
	}

}
