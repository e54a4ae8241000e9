package io.rdsboot.vector.jdbc.copy;

import java.sql.Connection;
import java.sql.SQLException;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * {@code COPY ... FROM STDIN} that is under way on a connection. Closing it before it is
 * finished cancels it, and leaves the connection usable (its transaction has failed
 * then). Not thread-safe.
 */
public final class CopyStream implements CopySink, AutoCloseable {

	private final CopyIn copy;

	private CopyStream(CopyIn copy) {
		this.copy = copy;
	}

	/**
	 * Start a {@code COPY}.
	 * @param connection a connection of pgjdbc, or what wraps one
	 * @param sql the statement
	 * @return the stream
	 * @throws SQLException if the server refuses it
	 */
	public static CopyStream open(Connection connection, String sql) throws SQLException {
		return new CopyStream(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
	}

	@Override
	public void write(byte[] bytes, int length) throws SQLException {
		this.copy.writeToCopy(bytes, 0, length);
	}

	/**
	 * End the stream.
	 * @return how many rows the server has stored
	 * @throws SQLException if the server refuses a row
	 */
	public long finish() throws SQLException {
		return this.copy.endCopy();
	}

	@Override
	public void close() throws SQLException {
		if (this.copy.isActive()) {
			this.copy.cancelCopy();
		}
	}

}
