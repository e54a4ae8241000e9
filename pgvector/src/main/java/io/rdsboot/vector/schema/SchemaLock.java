package io.rdsboot.vector.schema;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Right to change the vector parts of a database's schema, which one transaction has at a
 * time: {@code CREATE ... IF NOT EXISTS} fails when two sessions run it at once.
 */
final class SchemaLock {

	/**
	 * The letters "rdsv".
	 */
	private static final int KEY = 0x72647376;

	private SchemaLock() {
	}

	/**
	 * Wait for the right, for at most a minute. The transaction's end gives it back.
	 */
	static void acquire(JdbcOperations jdbc) {
		jdbc.execute("SET LOCAL lock_timeout = '60s'");
		jdbc.query("SELECT pg_advisory_xact_lock(?)", (row) -> {
		}, KEY);
	}

}
