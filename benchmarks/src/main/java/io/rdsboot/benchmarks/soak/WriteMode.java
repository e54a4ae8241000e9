package io.rdsboot.benchmarks.soak;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ways in which an application writes a row.
 */
enum WriteMode {

	/** In a transaction. */
	TRANSACTION {

		@Override
		void write(TransactionTemplate transaction, JdbcTemplate jdbc, Row row) {
			transaction.executeWithoutResult((status) -> SoakTable.insert(jdbc, row));
		}

	},

	/** In a statement that commits by itself. */
	AUTO_COMMIT {

		@Override
		void write(TransactionTemplate transaction, JdbcTemplate jdbc, Row row) {
			SoakTable.insert(jdbc, row);
		}

	};

	abstract void write(TransactionTemplate transaction, JdbcTemplate jdbc, Row row);

	static WriteMode of(Row row) {
		return values()[row.number() % values().length];
	}

}
