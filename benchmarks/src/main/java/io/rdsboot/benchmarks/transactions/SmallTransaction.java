package io.rdsboot.benchmarks.transactions;

import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transaction of one {@code SELECT 1}, as Spring applications run it. Thread-safe.
 */
final class SmallTransaction implements Runnable {

	private final TransactionTemplate transaction;

	private final JdbcTemplate jdbc;

	SmallTransaction(DataSource dataSource, boolean readOnly) {
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setReadOnly(readOnly);
		this.jdbc = new JdbcTemplate(dataSource);
	}

	@Override
	public void run() {
		this.transaction.executeWithoutResult((status) -> this.jdbc.queryForObject("SELECT 1", Integer.class));
	}

	/**
	 * Returns the port of the server that such a transaction finds.
	 */
	int serverPort() {
		return this.transaction.execute(
				(status) -> Objects.requireNonNull(this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class),
						"The server was not reached over TCP, so that it has no port"));
	}

}
