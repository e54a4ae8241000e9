package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.RecordConflictException;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Inserts records and reports ids that exist already. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class RecordInserter<ID> {

	private final VectorConnections connections;

	private final BulkLoader<ID> loader;

	private final VectorTable table;

	private final Class<ID> idClass;

	private final RecordValidator validator;

	private final WriteSql sql;

	private final WriteSql sqlWithoutIds;

	/**
	 * Create an inserter.
	 * @param loader what inserts through connections that send no binary parameters
	 */
	public RecordInserter(VectorConnections connections, VectorTable table, Class<ID> idClass, BulkLoader<ID> loader) {
		this.connections = connections;
		this.loader = loader;
		this.table = table;
		this.idClass = idClass;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.sql = WriteSql.of(table);
		this.sqlWithoutIds = WriteSql.withoutIds(table);
	}

	/**
	 * Insert records, all or none.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 * @return the ids, in the order of the records
	 */
	public List<ID> insert(Collection<VectorRecord<ID>> records, @Nullable Object tenant) {
		// In the order of the ids, so that concurrent calls wait for each other in the
		// same order.
		Map<ID, NumberedRecord<ID>> byId = new TreeMap<>(IdOrder.COMPARATOR);
		List<NumberedRecord<ID>> withoutIds = new ArrayList<>();
		int position = 0;
		for (VectorRecord<ID> record : records) {
			this.validator.validate(record, position, tenant, IdRule.INSERT);
			NumberedRecord<ID> numbered = new NumberedRecord<>(record, position++);
			if (!record.hasId()) {
				withoutIds.add(numbered);
				continue;
			}
			NumberedRecord<ID> first = byId.putIfAbsent(record.id(), numbered);
			if (first != null) {
				throw numbered.invalid(this.table, "id", "is that of record %d too".formatted(first.position()));
			}
		}
		if (position == 0) {
			return List.of();
		}
		List<NumberedRecord<ID>> withIds = List.copyOf(byId.values());
		boolean shared = this.connections.isInTransaction();
		String shown = withIds.isEmpty() ? this.sqlWithoutIds.insertGenerating() : this.sql.insertArrays();
		return this.connections.write(shown, (connection) -> insert(connection, withIds, withoutIds, tenant, shared));
	}

	/**
	 * Insert records.
	 * @param shared whether the transaction is the caller's, and goes on after a conflict
	 */
	private List<ID> insert(Connection connection, List<NumberedRecord<ID>> withIds,
			List<NumberedRecord<ID>> withoutIds, @Nullable Object tenant, boolean shared) throws SQLException {
		TenantSetting.apply(connection, this.table, tenant);
		Savepoint before = shared ? connection.setSavepoint() : null;
		Map<Long, ID> ids = new HashMap<>();
		RecordConflictException conflict = insertWithIds(connection, withIds, withoutIds.size(), tenant, ids);
		if (conflict == null && !withoutIds.isEmpty()) {
			conflict = insertWithoutIds(connection, withoutIds, withIds.size(), tenant, ids);
		}
		if (conflict != null) {
			if (before != null) {
				connection.rollback(before);
			}
			throw conflict;
		}
		if (before != null) {
			connection.releaseSavepoint(before);
		}
		return LongStream.range(0, ids.size())
			.mapToObj((position) -> Objects.requireNonNull(ids.get(position)))
			.toList();
	}

	/**
	 * Insert records that have ids.
	 * @param others number of records without ids
	 * @param ids takes the ids by their records' positions
	 * @return what to throw once the transaction can go on, or {@code null}
	 */
	private @Nullable RecordConflictException insertWithIds(Connection connection, List<NumberedRecord<ID>> records,
			int others, @Nullable Object tenant, Map<Long, ID> ids) throws SQLException {
		if (records.isEmpty()) {
			return null;
		}
		boolean binary = VectorParameters.areBinary(connection);
		List<ID> conflicts = binary ? insertNew(connection, records, tenant) : existing(connection, records);
		if (!conflicts.isEmpty()) {
			return new RecordConflictException(this.table, records.size() + others, conflicts);
		}
		if (!binary) {
			this.loader.load(records.stream().map(NumberedRecord::record), LoadOptions.insert(), tenant);
		}
		records.forEach((each) -> ids.put(each.position(), each.record().id()));
		return null;
	}

	/**
	 * Insert the records whose ids are new, and return the other ids. The server does not
	 * wait for more than those who insert the same ids at the same time.
	 */
	private List<ID> insertNew(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant)
			throws SQLException {
		List<ID> conflicts = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(this.sql.insertArrays())) {
			RecordArrays arrays = new RecordArrays(this.table, this.sql.columns(), tenant);
			for (List<NumberedRecord<ID>> chunk : RecordArrays.chunks(records)) {
				arrays.set(statement, chunk);
				Set<ID> inserted = ids(statement);
				chunk.stream()
					.map((each) -> each.record().id())
					.filter((id) -> !inserted.contains(id))
					.forEach(conflicts::add);
			}
		}
		return conflicts;
	}

	private List<ID> existing(Connection connection, List<NumberedRecord<ID>> records) throws SQLException {
		List<ID> ids = records.stream().map((each) -> each.record().id()).toList();
		try (PreparedStatement statement = connection.prepareStatement(this.sql.existingIds())) {
			statement.setArray(1, connection.createArrayOf(this.table.idType().sqlType(), ids.toArray()));
			Set<ID> existing = ids(statement);
			return ids.stream().filter(existing::contains).toList();
		}
	}

	private Set<ID> ids(PreparedStatement statement) throws SQLException {
		Set<ID> ids = new HashSet<>();
		try (ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				ids.add(row.getObject(1, this.idClass));
			}
		}
		return ids;
	}

	/**
	 * Insert records whose ids the database generates.
	 * @param others number of records with ids
	 * @param ids takes the ids by their records' positions
	 * @return what to throw once the transaction can go on, or {@code null}
	 */
	private @Nullable RecordConflictException insertWithoutIds(Connection connection, List<NumberedRecord<ID>> records,
			int others, @Nullable Object tenant, Map<Long, ID> ids) throws SQLException {
		if (VectorParameters.areBinary(connection)) {
			insertArrays(connection, records, tenant, ids);
		}
		else {
			insertStaged(connection, records, tenant, ids);
		}
		List<Integer> conflicts = records.stream()
			.map(NumberedRecord::position)
			.filter((position) -> !ids.containsKey(position))
			.map(Long::intValue)
			.toList();
		return conflicts.isEmpty() ? null : RecordConflictException.ofGeneratedIds(this.table, records.size() + others,
				conflicts, IdSequence.explain(connection, this.table));
	}

	private void insertArrays(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant,
			Map<Long, ID> ids) throws SQLException {
		List<RecordColumn> columns = this.sqlWithoutIds.columns();
		try (PreparedStatement statement = connection.prepareStatement(this.sqlWithoutIds.insertGenerating())) {
			RecordArrays arrays = new RecordArrays(this.table, columns, tenant);
			for (List<NumberedRecord<ID>> chunk : RecordArrays.chunks(records)) {
				arrays.set(statement, chunk);
				statement.setInt(columns.size() + 1, chunk.size() - 1);
				putIds(statement.executeQuery(), chunk, ids);
			}
		}
	}

	private void insertStaged(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant,
			Map<Long, ID> ids) throws SQLException {
		StagingTable.create(connection, this.table, this.sqlWithoutIds);
		new RecordCopy(this.table, this.sqlWithoutIds.copyToStaging(), this.sqlWithoutIds.columns(), true)
			.send(connection, records, tenant);
		try (Statement statement = connection.createStatement()) {
			putIds(statement.executeQuery(this.sqlWithoutIds.insertStagedGenerating()), records, ids);
		}
		StagingTable.drop(connection, this.sqlWithoutIds);
	}

	private void putIds(ResultSet result, List<NumberedRecord<ID>> records, Map<Long, ID> ids) throws SQLException {
		try (ResultSet row = result) {
			while (row.next()) {
				long position = records.get(row.getInt(2)).position();
				if (ids.put(position, row.getObject(1, this.idClass)) != null) {
					throw new IllegalStateException("Vector table %s: the server returned two ids for record %d"
						.formatted(this.table, position));
				}
			}
		}
	}

}
