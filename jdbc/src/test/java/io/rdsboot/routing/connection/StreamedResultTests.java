package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PgResultSet;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that all that comes out of a
 * {@link io.rdsboot.routing.connection.RoutedConnection} leads back to it, as Spring's
 * streams take it for granted.
 */
@LocalRds(readers = 2)
class StreamedResultTests {

	private static final String NUMBERS = "SELECT * FROM generate_series(1, 10)";

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	private JdbcClient client;

	StreamedResultTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster);
		this.routed.jdbc.execute("CREATE TABLE streamed (number int)");
		this.client = JdbcClient.create(this.routed.dataSource);
		this.cluster.awaitReplication();
		this.routed.forgetWrites();
	}

	@AfterEach
	void close() {
		this.routed.jdbc.execute("DROP TABLE streamed");
		this.routed.close();
	}

	@Test
	void streamThatIsClosedWithinATransactionDoesNotEndIt() {
		this.routed.inTransaction(false, () -> {
			this.routed.jdbc.update("INSERT INTO streamed VALUES (1)");
			try (Stream<Integer> numbers = this.client.sql("SELECT number FROM streamed")
				.query(Integer.class)
				.stream()) {
				assertThat(numbers).containsExactly(1);
			}
			return this.routed.jdbc.update("INSERT INTO streamed VALUES (2)");
		});
		assertThat(this.routed.jdbc.queryForObject("SELECT count(*) FROM streamed", Integer.class)).isEqualTo(2);
		assertThat(this.routed.borrowed()).isZero();
	}

	@Test
	void streamThatIsClosedWithinAReadOnlyTransactionLeavesItOnItsReader() {
		this.routed.inTransaction(true, () -> {
			int port = this.routed.answeringPort();
			try (Stream<Integer> numbers = this.client.sql(NUMBERS).query(Integer.class).stream()) {
				assertThat(numbers.limit(2)).containsExactly(1, 2);
			}
			assertThat(this.routed.answeringPort()).isEqualTo(port);
			assertThat(readerPorts()).contains(port);
			return null;
		});
		assertThat(this.routed.borrowed()).isZero();
	}

	@Test
	void streamThatIsNeverClosedEndsWithItsTransaction() {
		List<Stream<Integer>> leaked = new ArrayList<>();
		this.routed.inTransaction(false, () -> leaked.add(this.client.sql(NUMBERS).query(Integer.class).stream()));
		assertThat(this.routed.borrowed()).isZero();
		this.routed.forgetWrites();
		assertThat(readerPorts()).contains(this.routed.readingPort());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void streamOutsideATransactionIsThePastOnceItIsClosed(boolean early) {
		Stream<Integer> numbers = this.client.sql(NUMBERS).query(Integer.class).stream();
		Iterator<Integer> iterator = numbers.iterator();
		assertThat(iterator.next()).isEqualTo(1);
		assertThat(this.routed.borrowed()).isOne();
		if (!early) {
			iterator.forEachRemaining((number) -> assertThat(number).isPositive());
		}
		numbers.close();
		numbers.close();
		assertThat(this.routed.borrowed()).isZero();
		this.routed.forgetWrites();
		assertThat(readerPorts()).contains(this.routed.readingPort());
	}

	/**
	 * A statement outside a transaction may write as long as it is open, and its rows are
	 * the writer's.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsStayOnTheWriterWhileAStreamOutsideATransactionIsOpen(boolean unitOfWork) {
		ConsistencySession session = unitOfWork ? ConsistencySession.open() : ConsistencySession.current();
		ConsistencySession.Binding binding = session.bind();
		try {
			Stream<Integer> numbers = this.client.sql(NUMBERS).query(Integer.class).stream();
			Iterator<Integer> iterator = numbers.iterator();
			for (int i = 0; i < 5; i++) {
				iterator.next();
				assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
			}
			numbers.close();
			this.routed.forgetWrites();
			assertThat(readerPorts()).contains(this.routed.readingPort());
		}
		finally {
			binding.close();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsOfNewTransactionsStayOnTheWriterWhileAnAutoCommitCursorIsOpen(boolean outerReadOnly) {
		List<Integer> ports = this.routed.inTransaction(outerReadOnly, () -> {
			this.routed.answeringPort();
			return portsReadBesideAnAutoCommitCursor();
		});
		assertThat(ports).hasSize(5).containsOnly(this.cluster.writer().port());
	}

	/**
	 * Nothing can be written there at any time, but what is read there may be newer than
	 * what a reader has, however long ago the transaction began.
	 */
	@Test
	void readsOfNewTransactionsStayOnTheWriterWhileAUnitOfWorkReadsThere() {
		ConsistencySession.Binding binding = ConsistencySession.open().bind();
		try {
			List<Integer> ports = this.routed.inTransaction(false, () -> {
				int writing = this.routed.answeringPort();
				this.routed.forgetWrites();
				return List.of(writing, this.routed.inTransaction(true, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						this.routed::answeringPort));
			});
			assertThat(ports).containsOnly(this.cluster.writer().port());
			this.routed.forgetWrites();
			assertThat(readerPorts()).contains(this.routed.readingPort());
		}
		finally {
			binding.close();
		}
	}

	private List<Integer> portsReadBesideAnAutoCommitCursor() {
		List<Integer> ports = new ArrayList<>();
		try (Connection connection = this.routed.dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT * FROM generate_series(1, 5)")) {
			while (rows.next()) {
				ports.add(this.routed.inTransaction(true, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						this.routed::answeringPort));
			}
			return ports;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void everythingLeadsBackToItsConnection(boolean readOnly) throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.setReadOnly(readOnly);
			try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(NUMBERS)) {
				assertThat(statement.getConnection()).isSameAs(connection);
				assertThat(rows.getStatement()).isSameAs(statement);
				statement.execute(NUMBERS);
				assertThat(statement.getResultSet().getStatement()).isSameAs(statement);
				assertThat(statement.unwrap(PGStatement.class).getPrepareThreshold()).isPositive();
			}
			try (PreparedStatement statement = connection.prepareStatement("SELECT ARRAY[1, 2], ?")) {
				statement.setArray(1, connection.createArrayOf("int", new Integer[] { 3 }));
				assertThat(statement.getConnection()).isSameAs(connection);
				ResultSet rows = statement.executeQuery();
				assertThat(rows.getStatement()).isSameAs(statement);
				assertThat(rows.unwrap(PgResultSet.class)).isNotNull();
				rows.next();
				assertThat(rows.getArray(1).getResultSet().getStatement().getConnection()).isSameAs(connection);
				assertThat(rows.getObject(1).toString()).isEqualTo("{1,2}");
				assertThat((Integer[]) rows.getArray(2).getArray()).containsExactly(3);
				statement.setArray(1, rows.getArray(1));
				ResultSet again = statement.executeQuery();
				again.next();
				assertThat((Integer[]) again.getArray(2).getArray()).containsExactly(1, 2);
			}
			try (PreparedStatement call = connection.prepareCall("{ ? = call abs(?) }")) {
				assertThat(call.getConnection()).isSameAs(connection);
			}
			DatabaseMetaData metaData = connection.getMetaData();
			assertThat(metaData.getConnection()).isSameAs(connection);
			try (ResultSet tables = metaData.getTables(null, "public", "streamed", null)) {
				assertThat(tables.getStatement().getConnection()).isSameAs(connection);
			}
		}
	}

	@Test
	void cursorOfAFunctionLeadsBackToItsConnection() throws SQLException {
		this.routed.jdbc.execute("""
				CREATE FUNCTION numbers() RETURNS refcursor LANGUAGE plpgsql AS
				$$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1; RETURN c; END $$""");
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("SELECT numbers()")) {
				rows.next();
				ResultSet cursor = (ResultSet) rows.getObject(1);
				assertThat(cursor.next()).isTrue();
				assertThat(cursor.getStatement().getConnection()).isSameAs(connection);
			}
			connection.rollback();
		}
		finally {
			this.routed.jdbc.execute("DROP FUNCTION numbers");
		}
	}

	@Test
	void closingTheConnectionOfAStatementClosesThisOne() throws SQLException {
		Connection connection = this.routed.dataSource.getConnection();
		Statement statement = connection.createStatement();
		statement.execute("SELECT 1");
		statement.getConnection().close();
		assertThat(connection.isClosed()).isTrue();
		assertThat(statement.isClosed()).isTrue();
		assertThat(this.routed.borrowed()).isZero();
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

}
