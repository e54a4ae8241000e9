package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.test.LocalPgBouncer;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InstancePoll#askForLimits}.
 */
@LocalRds
class InstancePollLimitsTests {

	private static final int MAX_CONNECTIONS = 200;

	private static final int RESERVED = 3;

	private final LocalRdsCluster cluster;

	private final List<Connection> connections = new ArrayList<>();

	InstancePollLimitsTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@AfterEach
	void close() throws SQLException {
		for (Connection connection : this.connections) {
			connection.close();
		}
	}

	@Test
	void thoseOfTheSameNameCount() throws SQLException {
		Connection own = open("orders/rds-topology-monitor");
		open("orders/rds-topology-monitor");
		open("orders/rds-topology-monitor");
		open("orders");
		open("invoices/rds-topology-monitor");
		assertThat(limits(own).monitors()).isEqualTo(3);
	}

	@Test
	void sessionsWithoutANameAreNoMonitors() throws SQLException {
		Connection own = open("");
		open("");
		assertThat(limits(own).monitors()).isOne();
	}

	@Test
	void connectionsForSuperusersDoNotCount() throws SQLException {
		Connection own = open("orders/rds-topology-monitor");
		assertThat(limits(own).connections()).isEqualTo(MAX_CONNECTIONS - RESERVED);
	}

	@Test
	@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
	void theLimitOfAServerIsNotThatOfThePoolerBeforeIt() throws SQLException {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(this.cluster).start()) {
			Connection own = open(pgBouncer.jdbcUrl(this.cluster.database()), "orders/rds-topology-monitor");
			assertThat(limits(own)).isEqualTo(new ServerLimits(0, 1, false));
			own.close();
		}
	}

	@Test
	void theLimitIsNotSharedOutAmongServicesWithoutAName() throws SQLException {
		Connection own = open("rds-topology-monitor");
		open("rds-topology-monitor");
		assertThat(limits(own)).isEqualTo(new ServerLimits(0, 2, false));
	}

	@Test
	void aLostConnectionTellsNothing() throws SQLException {
		Connection own = open("orders/rds-topology-monitor");
		own.close();
		assertThat(limits(own)).isEqualTo(ServerLimits.UNKNOWN);
	}

	@ParameterizedTest
	@CsvSource({ "0, true", "off, true", "1, false", "on, false" })
	void serverSaysWhetherItTakesConnectionsWithoutTls(String forceSsl, boolean tlsOptional) throws SQLException {
		Connection own = open("orders/rds-topology-monitor");
		assertThat(limits(own).tlsOptional()).as("outside RDS").isFalse();
		try (Statement statement = own.createStatement()) {
			statement.execute("SET rds.force_ssl = '" + forceSsl + "'");
		}
		assertThat(limits(own).tlsOptional()).isEqualTo(tlsOptional);
	}

	private static ServerLimits limits(Connection connection) throws SQLException {
		return new AddressPoll(connection, InstanceRole.WRITER, System::nanoTime).askForLimits();
	}

	private Connection open(String name) throws SQLException {
		return open(this.cluster.writer().jdbcUrl(), name);
	}

	private Connection open(String url, String name) throws SQLException {
		Properties properties = new Properties();
		PGProperty.USER.set(properties, this.cluster.username());
		PGProperty.PASSWORD.set(properties, this.cluster.password());
		PGProperty.APPLICATION_NAME.set(properties, name);
		Connection connection = DriverManager.getConnection(url, properties);
		this.connections.add(connection);
		return connection;
	}

}
