package io.rdsboot.reference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.Transactional;

/**
 * Job that sums up the purchases of all customers.
 */
public class TurnoverJob {

	private final JdbcClient jdbc;

	private final Counter runs;

	TurnoverJob(JdbcClient jdbc, MeterRegistry registry) {
		this.jdbc = jdbc;
		this.runs = registry.counter("shop.turnover.runs");
	}

	/**
	 * Reads and writes in one transaction.
	 */
	@Scheduled(fixedDelay = 100)
	@Transactional
	public void sumUp() {
		this.jdbc.sql("UPDATE turnover SET cents = (SELECT coalesce(sum(cents), 0) FROM purchase)").update();
		this.runs.increment();
	}

	double runs() {
		return this.runs.count();
	}

}
