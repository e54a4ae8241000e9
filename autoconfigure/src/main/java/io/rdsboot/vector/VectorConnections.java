package io.rdsboot.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.pgvector.PGvector;
import org.postgresql.PGConnection;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.SqlProvider;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Connections that know the types of vectors, within the transaction of the caller or one
 * of their own. Thread-safe.
 */
final class VectorConnections {

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate reading;

	private final TransactionTemplate writing;

	VectorConnections(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbc = new JdbcTemplate(dataSource);
		PlatformTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		this.reading = new TransactionTemplate(transactionManager);
		this.reading.setReadOnly(true);
		this.writing = new TransactionTemplate(transactionManager);
	}

	<T> T read(String sql, PreparedStatementCallback<T> action) {
		return inTransaction(this.reading, () -> this.jdbc.execute(new TypedStatement(sql), action));
	}

	<T> T write(String sql, PreparedStatementCallback<T> action) {
		return inTransaction(this.writing, () -> this.jdbc.execute(new TypedStatement(sql), action));
	}

	<T> T write(ConnectionCallback<T> action) {
		return inTransaction(this.writing, () -> this.jdbc.execute((ConnectionCallback<T>) (connection) -> {
			addTypes(connection);
			return action.doInConnection(connection);
		}));
	}

	private <T> T inTransaction(TransactionTemplate transaction, Supplier<T> execution) {
		// A bound connection may belong to another kind of transaction manager, JPA's
		// for one, which only that manager can begin and end.
		if (TransactionSynchronizationManager.hasResource(this.dataSource)) {
			return execution.get();
		}
		return transaction.execute((status) -> execution.get());
	}

	/**
	 * The driver keeps types for each physical connection, and any may come out of a
	 * pool. Where the type is known already, this costs a look into a map.
	 */
	private static void addTypes(Connection connection) throws SQLException {
		connection.unwrap(PGConnection.class).addDataType("vector", PGvector.class);
	}

	/**
	 * Statement on a connection that knows the types.
	 *
	 * @param getSql the text, for messages too
	 */
	private record TypedStatement(String getSql) implements PreparedStatementCreator, SqlProvider {

		@Override
		public PreparedStatement createPreparedStatement(Connection connection) throws SQLException {
			addTypes(connection);
			return connection.prepareStatement(this.getSql);
		}

	}

}
