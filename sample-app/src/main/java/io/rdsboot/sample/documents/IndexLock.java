package io.rdsboot.sample.documents;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lock that an indexing job holds against all other writers, on every instance of the
 * service. It is the transaction's: it ends with it, and a connection proxy can carry it.
 */
@Component
public class IndexLock {

	private static final long KEY = 0x73616d706c65L;

	private final JdbcClient jdbcClient;

	IndexLock(JdbcClient jdbcClient) {
		this.jdbcClient = jdbcClient;
	}

	/**
	 * Locks for a job, until the transaction ends.
	 * @throws IndexLockedException if another writer is at work
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public void lockForJob() {
		lock("select pg_try_advisory_xact_lock(:key)");
	}

	/**
	 * Locks for a small change, beside others of its kind, until the transaction ends.
	 * @throws IndexLockedException if a job is at work
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public void lockForChange() {
		lock("select pg_try_advisory_xact_lock_shared(:key)");
	}

	private void lock(String sql) {
		if (!this.jdbcClient.sql(sql).param("key", KEY).query(Boolean.class).single()) {
			throw new IndexLockedException();
		}
	}

}
