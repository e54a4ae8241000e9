package io.rdsboot.vector.jdbc.copy;

import java.sql.SQLException;
import java.util.Arrays;

/**
 * Rows in the format of {@code COPY BINARY}, which go to a sink whenever there are enough
 * bytes. Takes memory for little more than the longest row. Not thread-safe.
 */
public final class CopyRows {

	private static final byte[] SIGNATURE = { 'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0 };

	private static final int END = -1;

	private static final int ENOUGH = 64 * 1024;

	private static final int CAPACITY = ENOUGH + 16 * 1024;

	private final CopySink sink;

	private final int columns;

	private final BinaryFields fields = new BinaryFields(CAPACITY);

	private int rowStart;

	/**
	 * Return what every {@code COPY} begins with. The first bytes that a sink gets begin
	 * with it already.
	 * @return the header
	 */
	public static byte[] header() {
		return Arrays.copyOf(SIGNATURE, SIGNATURE.length + 2 * Integer.BYTES);
	}

	/**
	 * Create rows.
	 * @param sink where they go
	 * @param columns number of fields in each row
	 */
	public CopyRows(CopySink sink, int columns) {
		this.sink = sink;
		this.columns = columns;
		this.fields.putRaw(header());
	}

	/**
	 * Start a row.
	 * @return what its fields must be put into, one for each column
	 */
	public BinaryFields startRow() {
		this.rowStart = this.fields.length();
		this.fields.putShort(this.columns);
		return this.fields;
	}

	/**
	 * Forget the row that was started, with what has been put into it.
	 */
	public void dropRow() {
		this.fields.truncate(this.rowStart);
	}

	/**
	 * End the row that was started.
	 * @throws SQLException if the sink fails
	 */
	public void endRow() throws SQLException {
		if (this.fields.length() >= ENOUGH) {
			flush();
		}
	}

	/**
	 * Give the sink all that it does not have yet, with the end of the rows.
	 * @throws SQLException if the sink fails
	 */
	public void finish() throws SQLException {
		this.fields.putShort(END);
		flush();
	}

	private void flush() throws SQLException {
		this.sink.write(this.fields.array(), this.fields.length());
		this.fields.clear();
	}

}
