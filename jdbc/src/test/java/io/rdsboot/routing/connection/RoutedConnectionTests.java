package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of {@link RoutedConnection}, as plain JDBC code uses it.
 */
@LocalRds(readers = 2)
class RoutedConnectionTests {

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	private Connection connection;

	RoutedConnectionTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster);
		this.connection = this.routed.dataSource.getConnection();
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.routed.close();
	}

	@Test
	void writeAfterReadOnTheSameConnectionFindsTheWriter() throws SQLException {
		this.connection.setReadOnly(true);
		this.connection.setAutoCommit(false);
		assertThat(port()).isIn(readerPorts());
		this.connection.commit();
		this.connection.setAutoCommit(true);
		this.connection.setReadOnly(false);
		assertThat(port()).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void writeAfterReadWithoutTransactionFindsTheWriter() throws SQLException {
		this.connection.setReadOnly(true);
		assertThat(port()).isIn(readerPorts());
		this.connection.setReadOnly(false);
		assertThat(this.routed.borrowed()).isZero();
		assertThat(port()).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void connectionWhoseTransactionNoStatementBeganGoesBackClean() throws SQLException {
		this.connection.setReadOnly(true);
		this.connection.setAutoCommit(false);
		port();
		this.connection.commit();
		this.connection.setSchema("pg_catalog");
		this.connection.close();
		assertThat(this.routed.borrowed()).isZero();
	}

	@Test
	void connectionBorrowedForReadingGoesBackWhenTheTransactionEnds() throws SQLException {
		this.connection.setReadOnly(true);
		this.connection.setAutoCommit(false);
		port();
		assertThat(this.routed.borrowed()).isOne();
		this.connection.setAutoCommit(true);
		assertThat(this.routed.borrowed()).isZero();
	}

	@Test
	void settingMovesAlongToTheReaderAndBack() throws SQLException {
		try (PreparedStatement session = this.connection.prepareStatement("SET search_path TO pg_catalog")) {
			session.execute();
		}
		this.connection.setReadOnly(true);
		assertThat(port()).isIn(readerPorts());
		assertThat(query("SHOW search_path")).isEqualTo("pg_catalog");
		assertThat(query("SHOW transaction_read_only")).isEqualTo("on");
		this.connection.setReadOnly(false);
		assertThat(port()).isEqualTo(this.cluster.writer().port());
		assertThat(query("SHOW search_path")).isEqualTo("pg_catalog");
	}

	@Test
	void connectionThatWasUsedForWritingIsKeptWhenItBecomesReadOnly() throws SQLException {
		query("CREATE TEMPORARY TABLE prepared ()", false);
		this.connection.setReadOnly(true);
		assertThat(port()).isEqualTo(this.cluster.writer().port());
		assertThat(query("SHOW transaction_read_only")).isEqualTo("on");
		this.connection.setReadOnly(false);
		query("DROP TABLE prepared", false);
	}

	@Test
	void setReadOnlyWithinTransactionIsRefused() throws SQLException {
		this.connection.setAutoCommit(false);
		port();
		SQLException failure = catchThrowableOfType(SQLException.class, () -> this.connection.setReadOnly(true));
		assertThat(failure.getSQLState()).isEqualTo("25001");
		assertThat(this.connection.isReadOnly()).isFalse();
	}

	@Test
	void schemaThatWasSetBeforeBorrowingIsApplied() throws SQLException {
		this.connection.setSchema("information_schema");
		assertThat(this.routed.borrowed()).isZero();
		this.connection.setReadOnly(true);
		this.connection.setAutoCommit(false);
		assertThat(query("SELECT current_schema()")).isEqualTo("information_schema");
		this.connection.rollback();
		assertThat(query("SELECT current_schema()")).isEqualTo("information_schema");
		this.connection.setSchema("public");
	}

	@Test
	void isolationIsAskedForOnceAndAppliedWhenBorrowing() throws SQLException {
		assertThat(this.connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		this.connection.close();
		int decisions = this.routed.decisions.size();
		this.connection = this.routed.dataSource.getConnection();
		assertThat(this.connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		assertThat(this.routed.decisions).hasSize(decisions);
		this.connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		this.connection.setAutoCommit(false);
		assertThat(query("SHOW transaction_isolation")).isEqualTo("serializable");
		this.connection.rollback();
		this.connection.close();
		this.connection = this.routed.dataSource.getConnection();
		assertThat(query("SHOW transaction_isolation")).isEqualTo("read committed");
	}

	@Test
	void networkTimeoutAndClientInfoAreAppliedWhenBorrowing() throws SQLException {
		this.connection.setNetworkTimeout(Runnable::run, 4321);
		this.connection.setClientInfo("ApplicationName", "named");
		assertThat(this.routed.borrowed()).isZero();
		assertThat(query("SHOW application_name")).isEqualTo("named");
		assertThat(this.connection.getNetworkTimeout()).isEqualTo(4321);
	}

	@Test
	void commitAndRollbackWithoutStatementBorrowNothing() throws SQLException {
		this.connection.setAutoCommit(false);
		this.connection.commit();
		this.connection.rollback();
		this.connection.setAutoCommit(true);
		assertThat(this.routed.decisions).isEmpty();
	}

	@Test
	void rollbackUndoesAndCloseGivesTheConnectionBack() throws SQLException {
		this.connection.setAutoCommit(false);
		query("CREATE TABLE undone ()", false);
		this.connection.rollback();
		assertThat(query("SELECT to_regclass('undone')")).isNull();
		this.connection.close();
		assertThat(this.routed.borrowed()).isZero();
		assertThat(this.connection.isClosed()).isTrue();
	}

	@Test
	void closedConnectionRefusesWork() throws SQLException {
		this.connection.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.createStatement())
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setReadOnly(true));
		assertThat(this.connection.isValid(1)).isFalse();
		this.connection.close();
	}

	@Test
	void abortEndsTheConnection() throws SQLException {
		port();
		this.connection.abort(Runnable::run);
		assertThat(this.connection.isClosed()).isTrue();
		assertThat(this.routed.borrowed()).isZero();
		this.connection.close();
	}

	@Test
	void unwrapReachesTheDriver() throws SQLException {
		assertThat(this.connection.unwrap(RoutedConnection.class)).isSameAs(this.connection);
		assertThat(this.connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
		assertThat(this.connection.isWrapperFor(PGConnection.class)).isTrue();
	}

	private int port() throws SQLException {
		return Integer.parseInt(query("SELECT inet_server_port()"));
	}

	private String query(String sql) throws SQLException {
		return query(sql, true);
	}

	private String query(String sql, boolean answers) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			if (!answers) {
				statement.execute();
				return "";
			}
			try (ResultSet resultSet = statement.executeQuery()) {
				resultSet.next();
				return resultSet.getString(1);
			}
		}
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

}
