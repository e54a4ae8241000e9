package io.rdsboot.vector.jdbc.write;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;

import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Records as bind parameters: one array for each column. So a statement is the same for
 * any number of them, and no value becomes text in between. Not thread-safe.
 */
final class RecordArrays {

	/**
	 * Records of one statement. The server is fastest with arrays of moderate size.
	 */
	private static final int CHUNK = 100;

	private static final int CAPACITY = 8 * 1024;

	private final VectorTable table;

	private final List<RecordColumn> columns;

	private final @Nullable Object tenant;

	private final List<BinaryFields> arrays;

	/**
	 * Create arrays.
	 * @param tenant the caller's tenant, or {@code null} for a table without tenants
	 */
	RecordArrays(VectorTable table, List<RecordColumn> columns, @Nullable Object tenant) {
		this.table = table;
		this.columns = columns;
		this.tenant = tenant;
		this.arrays = columns.stream().map((column) -> new BinaryFields(CAPACITY)).toList();
	}

	/**
	 * Return the records of each statement.
	 */
	static <T> List<List<T>> chunks(List<T> records) {
		return IntStream.iterate(0, (from) -> from < records.size(), (from) -> from + CHUNK)
			.mapToObj((from) -> records.subList(from, Math.min(from + CHUNK, records.size())))
			.toList();
	}

	/**
	 * Set the first parameters of a statement.
	 */
	void set(PreparedStatement statement, List<? extends NumberedRecord<?>> records) throws SQLException {
		for (int i = 0; i < this.columns.size(); i++) {
			VectorParameters.startArray(statement.getConnection(), this.columns.get(i).element(), records.size(),
					this.arrays.get(i));
		}
		for (NumberedRecord<?> record : records) {
			for (int i = 0; i < this.columns.size(); i++) {
				record.put(this.table, this.columns.get(i).element().encoding(), this.arrays.get(i), this.tenant);
			}
		}
		for (int i = 0; i < this.columns.size(); i++) {
			VectorParameters.setArray(statement, i + 1, this.columns.get(i).element(), this.arrays.get(i));
		}
	}

}
