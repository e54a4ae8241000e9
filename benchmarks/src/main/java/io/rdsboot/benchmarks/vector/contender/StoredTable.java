package io.rdsboot.benchmarks.vector.contender;

import java.sql.SQLException;
import java.util.List;

/**
 * Table of a contender, as the database knows it.
 *
 * @param name of the table
 * @param metadataIndexes what its metadata is indexed by: each what follows
 * {@code CREATE INDEX ON table} in a statement
 */
public record StoredTable(String name, List<String> metadataIndexes) {

	public StoredTable {
		metadataIndexes = List.copyOf(metadataIndexes);
	}

	public void empty(VectorDatabase database) throws SQLException {
		database.execute("TRUNCATE " + this.name);
	}

	public long count(VectorDatabase database) throws SQLException {
		return database.queryForLong("SELECT count(*) FROM " + this.name);
	}

	void drop(VectorDatabase database) throws SQLException {
		database.execute("DROP TABLE IF EXISTS " + this.name);
	}

	/**
	 * Builds the indexes over the rows that are there, the vectors' with pgvector's
	 * defaults, and lets the planner know the rows.
	 */
	public void index(VectorDatabase database) throws SQLException {
		database
			.execute("CREATE INDEX ON %s USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64)"
				.formatted(this.name));
		for (String index : this.metadataIndexes) {
			database.execute("CREATE INDEX ON %s %s".formatted(this.name, index));
		}
		database.execute("VACUUM (ANALYZE) " + this.name);
	}

}
