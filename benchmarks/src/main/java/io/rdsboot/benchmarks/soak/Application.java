package io.rdsboot.benchmarks.soak;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.routing.failure.RdsRetry;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What an application reads and writes with. Immutable.
 *
 * @param jdbc runs the statements
 * @param transaction a transaction that may write
 * @param readOnly a transaction that only reads
 * @param retry a transaction that may write, and is repeated where that is safe
 */
record Application(JdbcTemplate jdbc, TransactionTemplate transaction, TransactionTemplate readOnly, RdsRetry retry) {

	static Application of(RoutingService service) {
		JdbcTemplate jdbc = service.bean(JdbcTemplate.class);
		PlatformTransactionManager transactionManager = service.transactionManager();
		TransactionTemplate readOnly = new TransactionTemplate(transactionManager);
		readOnly.setReadOnly(true);
		return new Application(jdbc, new TransactionTemplate(transactionManager), readOnly,
				RdsRetry.builder(transactionManager).build());
	}

}
