package io.rdsboot.benchmarks.http;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * Notes in the database. Thread-safe.
 */
class NoteService {

	static final String TABLE = "CREATE TABLE note (id bigint PRIMARY KEY)";

	private final JdbcClient jdbc;

	NoteService(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional
	public void add(long id) {
		this.jdbc.sql("INSERT INTO note VALUES (?)").param(id).update();
	}

	@Transactional(readOnly = true)
	public boolean contains(long id) {
		return this.jdbc.sql("SELECT id FROM note WHERE id = ?").param(id).query(Long.class).optional().isPresent();
	}

}
