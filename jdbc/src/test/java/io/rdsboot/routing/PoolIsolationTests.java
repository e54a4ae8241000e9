package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of isolation levels where the readers' pools are configured for another one than
 * the writer's.
 */
@LocalRds(readers = 1)
class PoolIsolationTests {

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	PoolIsolationTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster, (config, instance, role) -> {
			if (role == InstanceRole.READER) {
				config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
			}
		});
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	@Test
	void levelThatIsAskedForIsTheTransactions() {
		for (int i = 0; i < 3; i++) {
			assertThat(isolation(true, TransactionDefinition.ISOLATION_REPEATABLE_READ)).isEqualTo("repeatable read");
			assertThat(isolation(true, TransactionDefinition.ISOLATION_READ_COMMITTED)).isEqualTo("read committed");
			assertThat(isolation(true, TransactionDefinition.ISOLATION_DEFAULT)).isEqualTo("repeatable read");
			assertThat(isolation(false, TransactionDefinition.ISOLATION_REPEATABLE_READ)).isEqualTo("repeatable read");
			assertThat(isolation(false, TransactionDefinition.ISOLATION_READ_COMMITTED)).isEqualTo("read committed");
			assertThat(isolation(false, TransactionDefinition.ISOLATION_DEFAULT)).isEqualTo("read committed");
			// On the writer now.
			assertThat(isolation(true, TransactionDefinition.ISOLATION_REPEATABLE_READ)).isEqualTo("repeatable read");
			this.routed.forgetWrites();
		}
	}

	@Test
	void levelOfOneTransactionIsNotTakenForThePools() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			connection.rollback();
		}
		assertThat(isolation(false, TransactionDefinition.ISOLATION_SERIALIZABLE)).isEqualTo("serializable");
		assertThat(isolation(false, TransactionDefinition.ISOLATION_DEFAULT)).isEqualTo("read committed");
	}

	@Test
	void serializableReadsGoToTheWriter() {
		assertThat(isolation(true, TransactionDefinition.ISOLATION_SERIALIZABLE)).isEqualTo("serializable");
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason).endsWith(RoutingReason.SERIALIZABLE);
	}

	@Test
	void readsThatAreSerializableByConfigurationGoToTheWriter() {
		try (RoutedCluster serializable = new RoutedCluster(this.cluster,
				(config, instance, role) -> config.setTransactionIsolation("TRANSACTION_SERIALIZABLE"))) {
			assertThat(serializable.readingPort()).isEqualTo(this.cluster.writer().port());
		}
	}

	private String isolation(boolean readOnly, int level) {
		return this.routed.inTransaction(readOnly, TransactionDefinition.PROPAGATION_REQUIRED, level,
				() -> this.routed.jdbc.queryForObject("SHOW transaction_isolation", String.class));
	}

}
