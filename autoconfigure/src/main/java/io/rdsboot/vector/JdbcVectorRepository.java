package io.rdsboot.vector;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import javax.sql.DataSource;

import com.pgvector.PGvector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.postgresql.util.PGobject;

/**
 * {@link VectorRepository} on JDBC, with vectors in pgjdbc's binary format.
 *
 * @param <ID> type of the ids
 */
final class JdbcVectorRepository<ID> implements VectorRepository<ID> {

	/**
	 * pgjdbc sends at most 256 statements ahead before it waits for their answers.
	 */
	private static final int BATCH_SIZE = 250;

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorSql sql;

	private final RecordValidator validator;

	private final MetadataCodec metadataCodec = new MetadataCodec();

	private final VectorConnections connections;

	JdbcVectorRepository(DataSource dataSource, VectorTable table, Class<ID> idClass) {
		this.connections = new VectorConnections(dataSource);
		this.table = table;
		this.idClass = idClass;
		this.sql = new VectorSql(table);
		this.validator = new RecordValidator(table);
	}

	@Override
	public VectorTable table() {
		return this.table;
	}

	@Override
	public void upsert(VectorRecord<ID> record) {
		upsert(List.of(record));
	}

	@Override
	public void upsert(Collection<VectorRecord<ID>> records) {
		// In the order of the ids, so that concurrent calls lock rows in the same order.
		Map<ID, VectorRecord<ID>> byId = new TreeMap<>();
		int position = 0;
		for (VectorRecord<ID> record : records) {
			this.validator.validate(record, position++, null);
			byId.put(record.id(), record);
		}
		if (!byId.isEmpty()) {
			this.connections.write(this.sql.upsert(), (statement) -> upsert(statement, byId.values()));
		}
	}

	private int upsert(PreparedStatement statement, Collection<VectorRecord<ID>> records) throws SQLException {
		int batched = 0;
		for (VectorRecord<ID> record : records) {
			statement.setObject(1, record.id());
			statement.setObject(2, new PGvector(record.embedding().toFloats()));
			statement.setString(3, record.content());
			statement.setObject(4, jsonb(record.metadata()));
			statement.addBatch();
			if (++batched == BATCH_SIZE) {
				statement.executeBatch();
				batched = 0;
			}
		}
		if (batched > 0) {
			statement.executeBatch();
		}
		return records.size();
	}

	@Override
	public Optional<VectorRecord<ID>> findById(ID id) {
		this.validator.validateId(id);
		return this.connections.read(this.sql.findById(), (statement) -> {
			statement.setObject(1, id);
			try (ResultSet rows = statement.executeQuery()) {
				return rows.next() ? Optional.of(new VectorRecord<>(id, embedding(rows, 1), rows.getString(2),
						this.metadataCodec.read(rows.getString(3)))) : Optional.empty();
			}
		});
	}

	@Override
	public List<VectorMatch<ID>> search(VectorSearch search) {
		this.validator.validateQuery(this.table.embedding(), VectorValue.of(search.vector()));
		VectorSql.Statement query = this.sql.search(search, new PGvector(search.vector()),
				(equal) -> jsonb(Map.of(equal.key(), equal.value())));
		return this.connections.read(query.sql(), (statement) -> {
			for (int i = 0; i < query.parameters().size(); i++) {
				statement.setObject(i + 1, query.parameters().get(i));
			}
			List<VectorMatch<ID>> matches = new ArrayList<>();
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					double distance = rows.getDouble(4);
					double similarity = this.table.embedding()
						.distance()
						.toSimilarity(distance, this.table.embedding().dimensions());
					matches.add(new VectorMatch<>(rows.getObject(1, this.idClass), matches.size() + 1, distance,
							similarity, similarity, rows.getString(2), this.metadataCodec.read(rows.getString(3)),
							search.isEmbeddingIncluded() ? embedding(rows, 5) : null));
				}
			}
			return matches;
		});
	}

	@Override
	public boolean delete(ID id) {
		return delete(List.of(id)) > 0;
	}

	@Override
	public int delete(Collection<ID> ids) {
		ids.forEach(this.validator::validateId);
		if (ids.isEmpty()) {
			return 0;
		}
		return this.connections.write(this.sql.delete(), (statement) -> {
			Array array = statement.getConnection().createArrayOf(this.table.idType().sqlType(), ids.toArray());
			statement.setArray(1, array);
			return statement.executeUpdate();
		});
	}

	@Override
	public long count() {
		return this.connections.read(this.sql.count(), (statement) -> {
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getLong(1);
			}
		});
	}

	private PGobject jsonb(Map<String, Object> metadata) {
		try {
			PGobject json = new PGobject();
			json.setType("jsonb");
			json.setValue(this.metadataCodec.write(metadata));
			return json;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static VectorValue embedding(ResultSet rows, int column) throws SQLException {
		return Objects.requireNonNull(VectorParameters.read(rows, column, ElementType.VECTOR));
	}

}
