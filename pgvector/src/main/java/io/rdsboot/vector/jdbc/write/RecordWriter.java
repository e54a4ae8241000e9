package io.rdsboot.vector.jdbc.write;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.RecordConflictException;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.KeyValues;
import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Inserts or replaces records, and deletes rows. Thread-safe.
 *
 * <p>
 * Records travel as one array for each column: the statement is the same for any number
 * of them, and no value becomes text in between.
 *
 * @param <ID> type of the ids
 */
public final class RecordWriter<ID> {

	/**
	 * Rows of one statement. The server is fastest with arrays of moderate size.
	 */
	private static final int CHUNK = 100;

	/**
	 * Statements that are sent together.
	 */
	private static final int CHUNKS_AT_ONCE = 20;

	private static final int ARRAY_CAPACITY = 8 * 1024;

	private final VectorConnections connections;

	private final BulkLoader<ID> loader;

	private final VectorTable table;

	private final RecordValidator validator;

	private final List<RecordColumn> columns;

	private final WriteSql sql;

	/**
	 * Create a writer.
	 * @param loader what upserts through connections that send no binary parameters
	 */
	public RecordWriter(VectorConnections connections, VectorTable table, BulkLoader<ID> loader) {
		this.connections = connections;
		this.loader = loader;
		this.table = table;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.columns = RecordColumn.of(table);
		this.sql = new WriteSql(table, this.columns);
	}

	/**
	 * Insert records or replace those that have their ids, all or none.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	public void upsert(Collection<VectorRecord<ID>> records, @Nullable Object tenant) {
		// In the order of the ids, so that concurrent calls lock rows in the same order.
		Map<ID, NumberedRecord<ID>> byId = new TreeMap<>(IdOrder.COMPARATOR);
		int position = 0;
		for (VectorRecord<ID> record : records) {
			this.validator.validate(record, position, tenant);
			byId.put(record.id(), new NumberedRecord<>(record, position++));
		}
		if (!byId.isEmpty()) {
			List<NumberedRecord<ID>> ordered = List.copyOf(byId.values());
			this.connections.write(this.sql.upsertArrays(), (connection) -> upsert(connection, ordered, tenant));
		}
	}

	/**
	 * Insert records, all or none.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	public void insert(Collection<VectorRecord<ID>> records, @Nullable Object tenant) {
		// In the order of the ids, so that concurrent calls wait for each other in the
		// same order.
		Map<ID, NumberedRecord<ID>> byId = new TreeMap<>(IdOrder.COMPARATOR);
		int position = 0;
		for (VectorRecord<ID> record : records) {
			this.validator.validate(record, position, tenant);
			NumberedRecord<ID> first = byId.putIfAbsent(record.id(), new NumberedRecord<>(record, position));
			if (first != null) {
				throw new InvalidVectorRecordException(this.table, record.id(), position, "id",
						"is that of record %d too".formatted(first.position()));
			}
			position++;
		}
		if (!byId.isEmpty()) {
			List<NumberedRecord<ID>> ordered = List.copyOf(byId.values());
			boolean shared = this.connections.isInTransaction();
			this.connections.write(this.sql.insertArrays(),
					(connection) -> insert(connection, ordered, tenant, shared));
		}
	}

	/**
	 * Insert records.
	 * @param shared whether the transaction is the caller's, and goes on after a conflict
	 */
	private int insert(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant, boolean shared)
			throws SQLException {
		TenantSetting.apply(connection, this.table, tenant);
		Savepoint before = shared ? connection.setSavepoint() : null;
		boolean binary = VectorParameters.areBinary(connection);
		List<ID> conflicts = binary ? insertNew(connection, records, tenant) : existing(connection, records);
		if (!conflicts.isEmpty()) {
			if (before != null) {
				connection.rollback(before);
			}
			throw new RecordConflictException(this.table, records.size(), conflicts);
		}
		if (before != null) {
			connection.releaseSavepoint(before);
		}
		return binary ? records.size()
				: (int) this.loader.load(records.stream().map(NumberedRecord::record), LoadOptions.insert(), tenant)
					.rows();
	}

	/**
	 * Insert the records whose ids are new, and return the other ids. The server does not
	 * wait for more than those who insert the same ids at the same time.
	 */
	private List<ID> insertNew(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant)
			throws SQLException {
		List<ID> conflicts = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(this.sql.insertArrays())) {
			List<BinaryFields> arrays = arrays();
			for (int from = 0; from < records.size(); from += CHUNK) {
				List<NumberedRecord<ID>> chunk = records.subList(from, Math.min(from + CHUNK, records.size()));
				setArrays(statement, arrays, chunk, tenant);
				Set<Object> inserted = ids(statement);
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
			Set<Object> existing = ids(statement);
			return ids.stream().filter(existing::contains).toList();
		}
	}

	private Set<Object> ids(PreparedStatement statement) throws SQLException {
		Set<Object> ids = new HashSet<>();
		try (ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				ids.add(row.getObject(1, this.table.idType().javaType()));
			}
		}
		return ids;
	}

	private List<BinaryFields> arrays() {
		return this.columns.stream().map((column) -> new BinaryFields(ARRAY_CAPACITY)).toList();
	}

	private int upsert(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant)
			throws SQLException {
		if (!VectorParameters.areBinary(connection)) {
			return (int) this.loader.load(records.stream().map(NumberedRecord::record), LoadOptions.upsert(), tenant)
				.rows();
		}
		TenantSetting.apply(connection, this.table, tenant);
		int rows = 0;
		try (PreparedStatement statement = connection.prepareStatement(this.sql.upsertArrays())) {
			List<BinaryFields> arrays = arrays();
			int added = 0;
			for (int from = 0; from < records.size(); from += CHUNK) {
				int to = Math.min(from + CHUNK, records.size());
				setArrays(statement, arrays, records.subList(from, to), tenant);
				statement.addBatch();
				if (++added % CHUNKS_AT_ONCE == 0 || to == records.size()) {
					rows += IntStream.of(statement.executeBatch()).sum();
				}
			}
		}
		catch (SQLException ex) {
			TenantSetting.requireOwnRows(this.table, ex);
			throw ex;
		}
		TenantSetting.requireOwnRows(this.table, records.size(), rows);
		return rows;
	}

	/**
	 * Set the parameters of one statement.
	 * @param arrays room for the values of each column
	 */
	private void setArrays(PreparedStatement statement, List<BinaryFields> arrays, List<NumberedRecord<ID>> records,
			@Nullable Object tenant) throws SQLException {
		for (int i = 0; i < this.columns.size(); i++) {
			VectorParameters.startArray(statement.getConnection(), this.columns.get(i).element(), records.size(),
					arrays.get(i));
		}
		for (NumberedRecord<ID> numbered : records) {
			for (int i = 0; i < this.columns.size(); i++) {
				try {
					this.columns.get(i).element().encoding().put(arrays.get(i), numbered.record(), tenant);
				}
				catch (IllegalArgumentException ex) {
					throw new InvalidVectorRecordException(this.table, numbered.record().id(), numbered.position(),
							"metadata", String.valueOf(ex.getMessage()));
				}
			}
		}
		for (int i = 0; i < this.columns.size(); i++) {
			VectorParameters.setArray(statement, i + 1, this.columns.get(i).element(), arrays.get(i));
		}
	}

	/**
	 * Delete rows.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 * @return how many there were
	 */
	public int delete(Collection<ID> ids, @Nullable Object tenant) {
		ids.forEach(this.validator::validateId);
		if (ids.isEmpty()) {
			return 0;
		}
		return this.connections.write(this.sql.delete(), (connection) -> {
			TenantSetting.apply(connection, this.table, tenant);
			try (PreparedStatement statement = connection.prepareStatement(this.sql.delete())) {
				Array array = connection.createArrayOf(this.table.idType().sqlType(), ids.toArray());
				statement.setArray(1, array);
				if (this.table.tenantKey() != null) {
					KeyValues.bind(statement, 2, this.table.tenantKey().type(), tenant);
				}
				return statement.executeUpdate();
			}
		});
	}

	/**
	 * Record with its place among those that the caller gave.
	 */
	private record NumberedRecord<ID>(VectorRecord<ID> record, int position) {

	}

}
