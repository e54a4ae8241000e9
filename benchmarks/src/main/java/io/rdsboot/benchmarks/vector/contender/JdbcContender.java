package io.rdsboot.benchmarks.vector.contender;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.pgvector.PGvector;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import org.postgresql.util.PGobject;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a careful programmer writes by hand for this table alone: one prepared statement
 * that commits by itself, vectors in binary, metadata by Jackson. The table is like the
 * library's, so that what differs is the library's own work.
 */
final class JdbcContender implements VectorContender {

	private static final TypeReference<Map<String, Object>> METADATA = new TypeReference<>() {
	};

	private final HikariDataSource pool;

	private final StoredTable table = new StoredTable("jdbc", List.of("USING gin (metadata jsonb_path_ops)"));

	private final JsonMapper mapper = new JsonMapper();

	JdbcContender(VectorDatabase database, int dimensions) throws SQLException {
		this.pool = database.pool(Map.of("datatype.vector", "com.pgvector.PGvector"));
		try (Connection connection = this.pool.getConnection();
				PreparedStatement statement = connection.prepareStatement("""
						CREATE TABLE %s (
							id uuid PRIMARY KEY, embedding vector(%d) NOT NULL, content text,
							metadata jsonb NOT NULL DEFAULT '{}'
						) WITH (toast_tuple_target = 8160)""".formatted(this.table.name(), dimensions))) {
			statement.execute();
		}
	}

	@Override
	public StoredTable table() {
		return this.table;
	}

	@Override
	public Call load(List<Row> rows) {
		return upsert(Batches.of(rows, 1000));
	}

	@Override
	public Call upsert(List<List<Row>> batches) {
		return () -> {
			for (List<Row> batch : batches) {
				upsertBatch(batch);
			}
		};
	}

	private void upsertBatch(List<Row> batch) throws SQLException {
		try (Connection connection = this.pool.getConnection();
				PreparedStatement statement = connection.prepareStatement("""
						INSERT INTO jdbc (id, embedding, content, metadata) VALUES (?, ?, ?, ?)
						ON CONFLICT (id) DO UPDATE SET embedding = EXCLUDED.embedding,
							content = EXCLUDED.content, metadata = EXCLUDED.metadata""")) {
			for (Row row : batch) {
				statement.setObject(1, row.id());
				statement.setObject(2, new PGvector(row.embedding()));
				statement.setString(3, row.content());
				PGobject metadata = new PGobject();
				metadata.setType("jsonb");
				metadata.setValue(this.mapper.writeValueAsString(row.metadata()));
				statement.setObject(4, metadata);
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

	@Override
	public List<UUID> search(Search search) throws SQLException {
		if (search.condition() != null) {
			throw new UnsupportedOperationException("This contender has no filters.");
		}
		List<Match> matches = new ArrayList<>();
		try (Connection connection = this.pool.getConnection();
				PreparedStatement statement = connection.prepareStatement("""
						SELECT id, content, metadata, embedding <=> ? AS distance
						FROM jdbc ORDER BY distance LIMIT ?""")) {
			statement.setObject(1, new PGvector(search.query().vector()));
			statement.setInt(2, search.limit());
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					matches.add(new Match(rows.getObject(1, UUID.class), rows.getString(2),
							this.mapper.readValue(rows.getString(3), METADATA), rows.getDouble(4)));
				}
			}
		}
		return matches.stream().map(Match::id).toList();
	}

	@Override
	public void close() {
		this.pool.close();
	}

	/**
	 * What a search returns to the application.
	 */
	private record Match(UUID id, String content, Map<String, Object> metadata, double distance) {

	}

}
