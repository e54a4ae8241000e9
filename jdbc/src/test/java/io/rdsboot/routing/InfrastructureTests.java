package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.SessionWrites;
import io.rdsboot.routing.infrastructure.InfrastructureAdvisor;
import io.rdsboot.routing.infrastructure.InfrastructureDataSource;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of work that is infrastructure's: {@link Reads#asInfrastructure},
 * {@link InfrastructureDataSource} and {@link InfrastructureAdvisor}. Readers prove
 * nothing here, so that a write that counts keeps its session from them.
 */
@LocalRds(readers = 2)
@ExtendWith(OutputCaptureExtension.class)
class InfrastructureTests {

	private static final String LOCK = "UPDATE locks SET held = NOT held";

	private final LocalRdsCluster cluster;

	private final RoutedCluster routed;

	private final JdbcTemplate infrastructure;

	InfrastructureTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.routed = new RoutedCluster(cluster);
		this.infrastructure = new JdbcTemplate(new InfrastructureDataSource(this.routed.dataSource));
	}

	@BeforeEach
	void createTable() {
		Reads.asInfrastructure(() -> {
			this.routed.jdbc.execute("DROP TABLE IF EXISTS locks");
			this.routed.jdbc.execute("CREATE TABLE locks AS SELECT false AS held");
		});
		this.routed.decisions.clear();
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	@Test
	void transactionReadsFromTheWriter() {
		assertThat(Reads.asInfrastructure(this.routed::readingPort)).isEqualTo(this.cluster.writer().port());
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.INFRASTRUCTURE);
	}

	@Test
	void writesDoNotCountAsTheSessions() {
		Reads.asInfrastructure(() -> this.routed.inTransaction(false, this::lock));
		Reads.asInfrastructure(this::lock);
		assertThat(this.routed.readingPort()).isIn(readerPorts());
		assertThat(SessionWrites.isEmpty(ConsistencySession.current())).isTrue();
	}

	@Test
	void readsDoNotBindTheUnitOfWorkToTheWriter() {
		Supplier<Integer> work = () -> {
			Reads.asInfrastructure(this.routed::readingPort);
			return this.routed.readingPort();
		};
		assertThat(Reads.inUnitOfWork(work)).isIn(readerPorts());
	}

	@Test
	void newTransactionInsideTheApplicationsDoesNotCount() {
		this.routed.inTransaction(true, () -> Reads.asInfrastructure(
				() -> this.routed.inTransaction(false, TransactionDefinition.PROPAGATION_REQUIRES_NEW, this::lock)));
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void writeInTheApplicationsTransactionIsPartOfIt() {
		// The application's own write comes later, on the connection of the first.
		this.routed.inTransaction(false, () -> Reads.asInfrastructure(this::lock));
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void readInTheApplicationsTransactionTakesItToTheWriter() {
		int port = this.routed.inTransaction(true, () -> Reads.asInfrastructure(this.routed::answeringPort));
		assertThat(port).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void connectionThatOutlivesInfrastructureIsTheApplications() throws SQLException {
		try (Connection connection = Reads.asInfrastructure(() -> this.routed.dataSource.getConnection())) {
			Reads.asInfrastructure(() -> execute(connection, LOCK));
			assertThat(ConsistencySession.current().hasWritten()).isFalse();
			execute(connection, LOCK);
			assertThat(ConsistencySession.current().hasWritten()).isTrue();
		}
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void connectionIsInfrastructuresForOneTransactionOnly() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			Reads.asInfrastructure(() -> transaction(connection));
			assertThat(ConsistencySession.current().hasWritten()).isFalse();
			transaction(connection);
		}
		assertThat(ConsistencySession.current().hasWritten()).isTrue();
	}

	@Test
	void readsAfterInfrastructuresTransactionOnTheSameConnectionAreServedByReaders() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			Reads.asInfrastructure(() -> transaction(connection));
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			assertThat(portOf(connection)).isIn(readerPorts());
			connection.commit();
			connection.setAutoCommit(true);
			connection.setReadOnly(false);
			Reads.asInfrastructure(() -> transaction(connection));
			execute(connection, LOCK);
			assertThat(portOf(connection)).isEqualTo(this.cluster.writer().port());
		}
	}

	@Test
	void infrastructureFindsItsConnectionAgain() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			Reads.asInfrastructure(() -> {
				transaction(connection);
				execute(connection, "CREATE TEMPORARY TABLE notes (note text)");
				transaction(connection);
				execute(connection, "DROP TABLE notes");
			});
		}
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.INFRASTRUCTURE);
	}

	@Test
	void statementOfInfrastructureThatIsOpenKeepsItsConnection() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection();
				Statement statement = Reads.asInfrastructure(() -> opened(connection))) {
			execute(connection, LOCK);
			assertThat(statement.execute("SELECT note FROM notes")).isTrue();
			execute(connection, "DROP TABLE notes");
		}
	}

	private static Statement opened(Connection connection) {
		try {
			Statement statement = connection.createStatement();
			statement.execute("CREATE TEMPORARY TABLE notes (note text)");
			return statement;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int portOf(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT inet_server_port()")) {
			result.next();
			return result.getInt(1);
		}
	}

	private static void transaction(Connection connection) {
		try {
			connection.setAutoCommit(false);
			execute(connection, LOCK);
			connection.commit();
			connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void connectionOfTheViewIsInfrastructuresForGood() throws SQLException {
		try (Connection connection = new InfrastructureDataSource(this.routed.dataSource).getConnection()) {
			execute(connection, LOCK);
			transaction(connection);
		}
		assertThat(SessionWrites.isEmpty(ConsistencySession.current())).isTrue();
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void viewTakesPartInTheApplicationsTransaction() {
		int rows = this.routed.inTransaction(false, () -> {
			this.routed.jdbc.update("DELETE FROM locks");
			return this.infrastructure.queryForObject("SELECT count(*) FROM locks", Integer.class);
		});
		assertThat(rows).isZero();
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason).containsExactly(RoutingReason.WRITE);
		assertThat(ConsistencySession.current().hasWritten()).isTrue();
	}

	@Test
	void viewReadsFromTheWriterWhatItHasWritten() {
		this.infrastructure.update(LOCK);
		assertThat(this.infrastructure.queryForObject("SELECT held FROM locks", Boolean.class)).isTrue();
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void beansAreRecognisedByTheTypesThatTheyInherit() {
		Locks locks = advised(new TableLocks(), Locks.class.getName());
		locks.acquire();
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void beansAreRecognisedByTheirPackage() {
		Locks locks = advised(new TableLocks(), "io.rdsboot.routing");
		locks.acquire();
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void beansOfOtherPackagesAreTheApplications() {
		Locks locks = advised(new TableLocks(), "io.rdsboot.rout");
		locks.acquire();
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void whatInfrastructureHandsOutIsInfrastructure() {
		Locks locks = advised(new TableLocks(), Locks.class.getName());
		locks.acquire().orElseThrow().acquire();
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void finalClassIsLeftAloneAndNamed(CapturedOutput output) {
		ClassFilter filter = new InfrastructureAdvisor(List.of(Locks.class.getName())).getPointcut().getClassFilter();
		assertThat(filter.matches(TableLocks.class)).isTrue();
		assertThat(output).doesNotContain("cannot be treated");
		assertThat(filter.matches(FinalLocks.class)).isFalse();
		assertThat(output).containsOnlyOnce(
				FinalLocks.class.getName() + " cannot be treated as infrastructure, because the class is final");
	}

	private static Locks advised(Locks locks, String name) {
		ProxyFactory factory = new ProxyFactory(locks);
		factory.addAdvisor(new InfrastructureAdvisor(List.of(name)));
		return (Locks) factory.getProxy();
	}

	private int lock() {
		return this.routed.jdbc.update(LOCK);
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

	interface Locks {

		/**
		 * Acquires a lock, and returns what holds it.
		 */
		Optional<Locks> acquire();

	}

	class TableLocks implements Locks {

		@Override
		public Optional<Locks> acquire() {
			lock();
			return Optional.of(new TableLocks());
		}

	}

	static final class FinalLocks implements Locks {

		@Override
		public Optional<Locks> acquire() {
			return Optional.empty();
		}

	}

}
