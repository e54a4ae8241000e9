package io.rdsboot.benchmarks.vector;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Filtered searches whose plan their statement forces. Thread-safe.
 */
final class HandWrittenSearches {

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final VectorTable table;

	private final int limit;

	HandWrittenSearches(DataSource dataSource, VectorTable table, int limit) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setReadOnly(true);
		this.table = table;
		this.limit = limit;
	}

	/**
	 * Compares all rows of a filter: no index has this order.
	 */
	List<UUID> exact(Query query, String filter) {
		return find("""
				SELECT id, content, metadata, embedding <=> q.v AS distance FROM %s, (VALUES (?::vector)) q(v)
				WHERE %s ORDER BY (embedding <=> q.v) + 0 LIMIT %d""".formatted(this.table.quotedName(), filter,
				this.limit), query);
	}

	/**
	 * Scans the vector index on and on: no other index serves the filter.
	 */
	List<UUID> byIndex(Query query, String filter, int efSearch) {
		return find(
				"""
						SELECT f.* FROM (SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true)
							|| set_config('hnsw.ef_search', '%d', true) IS NOT NULL AS ready) s, (VALUES (?::vector)) q(v),
						LATERAL (SELECT id, content, metadata, embedding <=> q.v AS distance FROM %s
							WHERE s.ready AND (%s) IS TRUE ORDER BY embedding <=> q.v LIMIT %d) f
						ORDER BY distance + 0 LIMIT %d"""
					.formatted(efSearch, this.table.quotedName(), filter, this.limit + this.limit / 4, this.limit),
				query);
	}

	private List<UUID> find(String sql, Query query) {
		String vector = Arrays.toString(query.vector());
		List<UUID> ids = this.transaction.execute((status) -> this.jdbc.query(sql, (row, number) -> {
			row.getString("content");
			row.getString("metadata");
			return row.getObject("id", UUID.class);
		}, vector));
		return (ids != null) ? ids : List.of();
	}

}
