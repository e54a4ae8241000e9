package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The transaction isolation level that connections have when nobody has set one. Asked of
 * the first physical connection that somebody wants to know it of, and remembered.
 * Thread-safe.
 */
final class DefaultIsolation {

	private volatile int level = Connection.TRANSACTION_NONE;

	boolean isKnown() {
		return this.level != Connection.TRANSACTION_NONE;
	}

	int level() {
		return this.level;
	}

	int ask(Connection untouched) throws SQLException {
		int answer = untouched.getTransactionIsolation();
		this.level = answer;
		return answer;
	}

}
