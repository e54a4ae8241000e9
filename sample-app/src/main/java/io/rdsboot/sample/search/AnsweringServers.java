package io.rdsboot.sample.search;

import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingListener;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tells which server a transaction talks to. Thread-safe.
 */
@Component
class AnsweringServers {

	private final JdbcClient jdbcClient;

	private final LastDecision lastDecision;

	AnsweringServers(JdbcClient jdbcClient, LastDecision lastDecision) {
		this.jdbcClient = jdbcClient;
		this.lastDecision = lastDecision;
	}

	/**
	 * The server of the current transaction.
	 * @return the server
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public AnsweringServer current() {
		return this.jdbcClient.sql("""
				select pg_is_in_recovery() as replica, host(inet_server_addr()) as address,
					inet_server_port() as port
				""").query((row, number) -> {
			RoutingDecision decision = this.lastDecision.get();
			return new AnsweringServer(row.getBoolean("replica") ? "READER" : "WRITER", row.getString("address"),
					row.getObject("port", Integer.class), decision.instance().name(), decision.reason().name());
		}).single();
	}

	/**
	 * The routing decision that the current thread saw last, which is that of its
	 * transaction.
	 */
	@Component
	static class LastDecision implements RoutingListener {

		private static final ThreadLocal<RoutingDecision> decision = new ThreadLocal<>();

		@Override
		public void routed(RoutingDecision routed) {
			decision.set(routed);
		}

		RoutingDecision get() {
			return decision.get();
		}

	}

}
