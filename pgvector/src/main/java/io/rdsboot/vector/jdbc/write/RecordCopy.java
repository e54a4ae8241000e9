package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.jdbc.copy.CopyRows;
import io.rdsboot.vector.jdbc.copy.CopyStream;
import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * {@code COPY} of records that are all there already. Immutable.
 *
 * @param table the records' table
 * @param statement the {@code COPY}
 * @param columns columns of the rows
 * @param numbered whether each row ends with its index
 */
record RecordCopy(VectorTable table, String statement, List<RecordColumn> columns, boolean numbered) {

	/**
	 * Send records.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 * @return how many rows the server has stored
	 */
	long send(Connection connection, List<? extends NumberedRecord<?>> records, @Nullable Object tenant)
			throws SQLException {
		try (CopyStream copy = CopyStream.open(connection, this.statement)) {
			CopyRows rows = new CopyRows(copy, this.columns.size() + (this.numbered ? 1 : 0));
			for (int i = 0; i < records.size(); i++) {
				BinaryFields row = rows.startRow();
				for (RecordColumn column : this.columns) {
					records.get(i).put(this.table, column.encoding(), row, tenant);
				}
				if (this.numbered) {
					row.putBigint(i);
				}
				rows.endRow();
			}
			rows.finish();
			return copy.finish();
		}
	}

}
