package io.rdsboot.vector;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
final class RecordWriter<ID> {

	/**
	 * Keeps small what one statement takes in memory, here and on the server.
	 */
	private static final int CHUNK = 500;

	private final VectorConnections connections;

	private final VectorTable table;

	private final RecordValidator validator;

	private final List<RecordColumn> columns;

	private final WriteSql sql;

	RecordWriter(VectorConnections connections, VectorTable table) {
		this.connections = connections;
		this.table = table;
		this.validator = new RecordValidator(table);
		this.columns = RecordColumn.of(table);
		this.sql = new WriteSql(table, this.columns);
	}

	/**
	 * Insert records or replace those that have their ids, all or none.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	void upsert(Collection<VectorRecord<ID>> records, @Nullable Object tenant) {
		// In the order of the ids, so that concurrent calls lock rows in the same order.
		Map<ID, VectorRecord<ID>> byId = new TreeMap<>();
		int position = 0;
		for (VectorRecord<ID> record : records) {
			this.validator.validate(record, position++, tenant);
			byId.put(record.id(), record);
		}
		if (!byId.isEmpty()) {
			List<VectorRecord<ID>> ordered = List.copyOf(byId.values());
			this.connections.write((connection) -> upsert(connection, ordered, tenant));
		}
	}

	private int upsert(Connection connection, List<VectorRecord<ID>> records, @Nullable Object tenant)
			throws SQLException {
		TenantSetting.apply(connection, this.table, tenant);
		int rows = 0;
		try (PreparedStatement statement = connection.prepareStatement(this.sql.upsertArrays())) {
			for (int from = 0; from < records.size(); from += CHUNK) {
				List<VectorRecord<ID>> chunk = records.subList(from, Math.min(from + CHUNK, records.size()));
				for (int i = 0; i < this.columns.size(); i++) {
					VectorParameters.setArray(statement, i + 1, chunk, this.columns.get(i).element(), tenant);
				}
				rows += statement.executeUpdate();
			}
		}
		TenantSetting.requireOwnRows(this.table, records.size(), rows);
		return rows;
	}

	/**
	 * Delete rows.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 * @return how many there were
	 */
	int delete(Collection<ID> ids, @Nullable Object tenant) {
		ids.forEach(this.validator::validateId);
		if (ids.isEmpty()) {
			return 0;
		}
		return this.connections.write((connection) -> {
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

}
