package io.rdsboot.benchmarks.consistency;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.test.LocalRdsCluster;

/**
 * One instance of a service that reads and writes pairs. Thread-safe.
 */
final class ServiceInstance implements AutoCloseable {

	private final CountedReads reads = new CountedReads();

	private final RoutingService service;

	private final DataSource dataSource;

	private final ConsistencyTokens tokens;

	/**
	 * Starts an instance.
	 * @param level as {@code rds.routing.consistency} has it
	 */
	ServiceInstance(LocalRdsCluster cluster, String level) {
		this.service = RoutingService.on(cluster, this.reads, "rds.routing.consistency=" + level);
		this.dataSource = this.service.dataSource();
		this.tokens = this.service.bean(ConsistencyTokens.class);
	}

	void write(long id, boolean transaction) throws SQLException {
		PairTable.write(this.dataSource, id, transaction);
	}

	boolean sees(long id) throws SQLException {
		return PairTable.contains(this.dataSource, id);
	}

	/**
	 * Returns whether a read that has a token, and nothing else to go by, sees a row.
	 */
	@SuppressWarnings("try") // the binding ends with the block
	boolean sees(long id, ConsistencyToken token) throws SQLException {
		ConsistencySession session = ConsistencySession.open();
		this.tokens.apply(token, session);
		try (ConsistencySession.Binding binding = session.bind()) {
			return sees(id);
		}
	}

	ConsistencyToken token() {
		return this.tokens.capture();
	}

	CountedReads reads() {
		return this.reads;
	}

	@Override
	public void close() {
		this.service.close();
	}

}
