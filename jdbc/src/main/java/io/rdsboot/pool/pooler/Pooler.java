package io.rdsboot.pool.pooler;

import java.util.Map;

import org.apiguardian.api.API;
import org.postgresql.PGProperty;

/**
 * What stands between a pool and its server, as it was declared or recognised.
 */
@API(status = API.Status.INTERNAL)
public enum Pooler {

	/**
	 * Nothing, or a pooler that gives each client a session of its own.
	 */
	NONE,

	/**
	 * A pooler in transaction mode. The driver must not prepare anything by name, not
	 * even COMMIT, and must not make a session read-only.
	 */
	TRANSACTION,

	/**
	 * A pooler in transaction mode that prepares in each session what its clients have
	 * prepared.
	 */
	TRANSACTION_WITH_PREPARED_STATEMENTS;

	/**
	 * Return pgjdbc's connection properties that it demands, whatever others say.
	 */
	public Map<String, String> driverProperties() {
		String readOnlyMode = PGProperty.READ_ONLY_MODE.getName();
		return switch (this) {
			case NONE -> Map.of();
			case TRANSACTION -> Map.of(readOnlyMode, "transaction", PGProperty.PREPARE_THRESHOLD.getName(), "0");
			case TRANSACTION_WITH_PREPARED_STATEMENTS -> Map.of(readOnlyMode, "transaction");
		};
	}

	public boolean sharesSessions() {
		return this != NONE;
	}

}
