package io.rdsboot.vector;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

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

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorSql sql;

	private final RecordValidator validator;

	private final MetadataCodec metadataCodec = new MetadataCodec();

	private final VectorConnections connections;

	private final RecordWriter<ID> writer;

	private final BulkLoader<ID> loader;

	JdbcVectorRepository(DataSource dataSource, VectorTable table, Class<ID> idClass) {
		this.connections = new VectorConnections(dataSource);
		this.table = table;
		this.idClass = idClass;
		this.sql = new VectorSql(table);
		this.validator = new RecordValidator(table);
		this.writer = new RecordWriter<>(this.connections, table);
		this.loader = new BulkLoader<>(this.connections, table, System::nanoTime);
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
		this.writer.upsert(records, null);
	}

	@Override
	public LoadResult load(Stream<VectorRecord<ID>> records, LoadOptions options) {
		return this.loader.load(records, options, null);
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
		return this.writer.delete(ids, null);
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
