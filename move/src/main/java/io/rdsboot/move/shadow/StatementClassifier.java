package io.rdsboot.move.shadow;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Decides once for each SQL whether it is asked of both sides, by its text and by the
 * volatility of the functions that it calls. Thread-safe.
 */
final class StatementClassifier {

	private static final int MOST = 1_000;

	private static final String VOLATILE = """
			SELECT FROM pg_catalog.pg_proc WHERE proname = ANY (?) AND provolatile = 'v' LIMIT 1""";

	private final Map<String, Optional<StatementPlan>> plans = new ConcurrentHashMap<>();

	/**
	 * Return whether SQL is known not to be asked. Asks no server.
	 */
	boolean isKnownToBeSkipped(String sql) {
		Optional<StatementPlan> known = this.plans.get(sql);
		return known != null && known.isEmpty();
	}

	/**
	 * Return how the answers to SQL compare.
	 * @param source a connection to the source, which knows the functions
	 * @return the plan, or {@code null} if the SQL is not asked
	 */
	@Nullable StatementPlan plan(String sql, ShadowSide source, long timeoutMillis) throws SQLException {
		Optional<StatementPlan> known = this.plans.get(sql);
		if (known == null) {
			StatementText text = new StatementText(sql);
			boolean asked = text.canBeAsked() && (text.functions().isEmpty()
					|| source.run(timeoutMillis, (connection) -> !anyIsVolatile(connection, text.functions())));
			known = asked ? Optional.of(text.plan()) : Optional.empty();
			if (this.plans.size() >= MOST) {
				// Of SQL with literals in it, there is no end.
				this.plans.clear();
			}
			this.plans.put(sql, known);
		}
		return known.orElse(null);
	}

	private static boolean anyIsVolatile(Connection connection, Set<String> functions) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(VOLATILE)) {
			statement.setArray(1, connection.createArrayOf("text", functions.toArray()));
			try (ResultSet found = statement.executeQuery()) {
				return found.next();
			}
		}
	}

}
