package io.rdsboot.vector.jdbc.write;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.KeyValues;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Inserts or replaces records, and deletes rows. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class RecordWriter<ID> {

	/**
	 * Statements that are sent together.
	 */
	private static final int CHUNKS_AT_ONCE = 20;

	private final VectorConnections connections;

	private final BulkLoader<ID> loader;

	private final VectorTable table;

	private final RecordValidator validator;

	private final WriteSql sql;

	private final NewRecords newRecords;

	/**
	 * Create a writer.
	 * @param loader what upserts through connections that send no binary parameters
	 */
	public RecordWriter(VectorConnections connections, VectorTable table, BulkLoader<ID> loader) {
		this.connections = connections;
		this.loader = loader;
		this.table = table;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.sql = WriteSql.of(table);
		this.newRecords = new NewRecords(table, this.sql);
	}

	/**
	 * Insert records or replace those that have their ids, all or none.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	public void upsert(Collection<VectorRecord<ID>> records, @Nullable Object tenant) {
		List<NumberedRecord<ID>> numbered = new ArrayList<>(records.size());
		for (VectorRecord<ID> record : records) {
			this.validator.validate(record, numbered.size(), tenant, IdRule.UPSERT);
			numbered.add(new NumberedRecord<>(record, numbered.size()));
		}
		if (!numbered.isEmpty()) {
			List<NumberedRecord<ID>> ordered = lastOfEachId(numbered);
			this.connections.write(this.sql.upsertArrays(), (connection) -> upsert(connection, ordered, tenant));
		}
	}

	/**
	 * Return records in the order of their ids, so that concurrent calls lock rows in the
	 * same order, and of each id the last one alone.
	 */
	private static <ID> List<NumberedRecord<ID>> lastOfEachId(List<NumberedRecord<ID>> records) {
		records.sort((first, second) -> IdOrder.COMPARATOR.compare(first.record().id(), second.record().id()));
		List<NumberedRecord<ID>> last = new ArrayList<>(records.size());
		for (int i = 0; i < records.size(); i++) {
			ID id = records.get(i).record().id();
			if (i + 1 == records.size() || !id.equals(records.get(i + 1).record().id())) {
				last.add(records.get(i));
			}
		}
		return last;
	}

	private int upsert(Connection connection, List<NumberedRecord<ID>> records, @Nullable Object tenant)
			throws SQLException {
		if (!VectorParameters.areBinary(connection)) {
			return (int) this.loader.load(records.stream().map(NumberedRecord::record), LoadOptions.upsert(), tenant)
				.rows();
		}
		OptionalLong copied = this.newRecords.tryToStore(connection, records);
		if (copied.isPresent()) {
			TenantSetting.requireOwnRows(this.table, records.size(), copied.getAsLong());
			return (int) copied.getAsLong();
		}
		TenantSetting.apply(connection, this.table, tenant);
		int rows = 0;
		try (PreparedStatement statement = connection.prepareStatement(this.sql.upsertArrays())) {
			RecordArrays arrays = new RecordArrays(this.table, this.sql.columns(), tenant);
			int added = 0;
			for (List<NumberedRecord<ID>> chunk : RecordArrays.chunks(records)) {
				if (added == CHUNKS_AT_ONCE) {
					rows += IntStream.of(statement.executeBatch()).sum();
					added = 0;
				}
				arrays.set(statement, chunk);
				statement.addBatch();
				added++;
			}
			rows += IntStream.of(statement.executeBatch()).sum();
		}
		catch (SQLException ex) {
			TenantSetting.requireOwnRows(this.table, ex);
			throw ex;
		}
		TenantSetting.requireOwnRows(this.table, records.size(), rows);
		return rows;
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

}
