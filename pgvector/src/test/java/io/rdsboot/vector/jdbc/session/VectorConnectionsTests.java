package io.rdsboot.vector.jdbc.session;

import java.sql.Connection;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the transactions of {@link VectorConnections}.
 */
@LocalRds
class VectorConnectionsTests {

	private static final SqlStatement BACKEND = new SqlStatement("SELECT pg_backend_pid()", List.of(), false);

	private static HikariDataSource dataSource;

	private static JdbcTemplate observer;

	private static HikariDataSource observed;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		observed = VectorTestDatabase.create(cluster);
		observed.setMaximumPoolSize(1);
		observer = new JdbcTemplate(dataSource);
	}

	@AfterAll
	static void closePools() {
		dataSource.close();
		observed.close();
	}

	@Test
	void transactionOfItsOwnHasEndedBeforeTheRowsAreRead() {
		VectorConnections connections = new VectorConnections(observed);
		String state = stateWhileReading(connections);
		assertThat(state).isEqualTo("idle");
	}

	@Test
	void transactionOfTheCallersGoesOn() {
		VectorConnections connections = new VectorConnections(observed);
		new TransactionTemplate(new JdbcTransactionManager(observed)).executeWithoutResult((status) -> {
			String state = stateWhileReading(connections);
			assertThat(state).isEqualTo("idle in transaction");
		});
	}

	@Test
	void connectionWithoutATransactionOfTheCallersIsNotTakenForOne() {
		VectorConnections connections = new VectorConnections(observed);
		observed.setMaximumPoolSize(2);
		TransactionTemplate supports = new TransactionTemplate(new JdbcTransactionManager(observed));
		supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
		supports.executeWithoutResult((status) -> {
			new JdbcTemplate(observed).queryForObject("SELECT 1", Integer.class);
			boolean autoCommit = connections.write("probe", Connection::getAutoCommit);
			assertThat(autoCommit).isFalse();
		});
	}

	@Test
	void connectionIsAsBeforeAfterAStatementThatFails() {
		VectorConnections connections = new VectorConnections(observed);
		assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(
				() -> connections.query(null, new SqlStatement("SELECT nothing", List.of(), false), (rows) -> 1));
		assertThatIllegalStateException().isThrownBy(() -> connections.query(null, BACKEND, (rows) -> {
			throw new IllegalStateException("the mapper fails");
		})).withMessage("the mapper fails");
		String state = stateWhileReading(connections);
		assertThat(state).isEqualTo("idle");
		assertThat(observer.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'",
				Integer.class))
			.isZero();
	}

	private static String stateWhileReading(VectorConnections connections) {
		return connections.query(null, BACKEND, (rows) -> {
			rows.next();
			return state(rows.getInt(1));
		});
	}

	private static String state(int backend) {
		return String.valueOf(
				observer.queryForObject("SELECT state FROM pg_stat_activity WHERE pid = ?", String.class, backend));
	}

}
