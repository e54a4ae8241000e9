package io.rdsboot.vector.jdbc.copy;

import java.sql.SQLException;

/**
 * Where the bytes of a {@code COPY} go.
 */
@FunctionalInterface
public interface CopySink {

	/**
	 * Take bytes.
	 * @param bytes an array that may be changed after the call
	 * @param length how many bytes of it count
	 * @throws SQLException if they cannot be sent
	 */
	void write(byte[] bytes, int length) throws SQLException;

}
