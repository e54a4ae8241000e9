package io.rdsboot.benchmarks.transactions;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transaction of one query, as Spring applications run it. Thread-safe.
 */
final class SmallTransaction implements Runnable {

	private final TransactionTemplate transaction;

	private final JdbcTemplate jdbc;

	private final Query query;

	SmallTransaction(DataSource dataSource, boolean readOnly, Query query) {
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setReadOnly(readOnly);
		this.jdbc = new JdbcTemplate(dataSource);
		this.query = query;
	}

	@Override
	public void run() {
		this.transaction.executeWithoutResult((status) -> this.query.run(this.jdbc));
	}

	/**
	 * Returns the port of the server that such a transaction finds.
	 */
	int serverPort() {
		return this.transaction.execute(
				(status) -> Objects.requireNonNull(this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class),
						"The server was not reached over TCP, so that it has no port"));
	}

	/**
	 * What the transaction asks.
	 */
	enum Query {

		/** Almost nothing, so that all else weighs most. */
		ONE {

			@Override
			void run(JdbcTemplate jdbc) {
				jdbc.queryForObject("SELECT 1", Integer.class);
			}

		},

		/** A row by its key, with the text and the columns that an entity of JPA has. */
		ENTITY {

			private final String sql = IntStream.range(0, 30)
				.mapToObj("e1_0.name_of_a_column_%02d"::formatted)
				.collect(Collectors.joining(",", "select ", " from (select k as id,"))
					+ IntStream.range(0, 30)
						.mapToObj("%1$d as name_of_a_column_%1$02d"::formatted)
						.collect(Collectors.joining(","))
					+ " from (values (1)) as keys (k)) e1_0 where e1_0.id=?";

			@Override
			void run(JdbcTemplate jdbc) {
				jdbc.query(this.sql, (row) -> {
				}, 1);
			}

		};

		abstract void run(JdbcTemplate jdbc);

	}

}
