package io.rdsboot.vector.jdbc.write;

import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Record with its place among those that the caller gave.
 *
 * @param <ID> type of the id
 * @param record the record
 * @param position its place, counted from 0
 */
record NumberedRecord<ID>(VectorRecord<ID> record, long position) {

	/**
	 * Put the record's value of a column.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 * @throws InvalidVectorRecordException if the column cannot hold it
	 */
	void put(VectorTable table, RecordColumn.Encoding encoding, BinaryFields fields, @Nullable Object tenant) {
		try {
			encoding.put(fields, this.record, tenant);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(table, "metadata", String.valueOf(ex.getMessage()));
		}
	}

	InvalidVectorRecordException invalid(VectorTable table, String field, String problem) {
		return new InvalidVectorRecordException(table, this.record.hasId() ? this.record.id() : null, this.position,
				field, problem);
	}

}
