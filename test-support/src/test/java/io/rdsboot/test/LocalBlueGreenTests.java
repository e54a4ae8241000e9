package io.rdsboot.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link LocalBlueGreen}.
 */
class LocalBlueGreenTests {

	private static final String TOPOLOGY = "rds_tools.show_topology('tests-1.0')";

	private static final String READ_ONLY = "25006";

	@TempDir
	private Path directory;

	private LocalRdsCluster blue;

	private AddressClient client;

	@AfterEach
	void close() {
		this.blue.close();
	}

	private void startBlue(LocalRdsClusterBuilder builder) throws Exception {
		this.blue = builder.start();
		this.client = new AddressClient(this.blue, this.directory);
		execute(this.blue.writerAddress(),
				"CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
				"CREATE TABLE note (name text)", "INSERT INTO item (name) VALUES ('first'), ('second')",
				"INSERT INTO note VALUES ('first')");
	}

	@Test
	void aSwitchoverGoesThroughItsPhases() throws Exception {
		startBlue(LocalRdsCluster.builder().tls());
		try (Connection admin = this.blue.adminConnection(this.blue.writer());
				Statement statement = admin.createStatement()) {
			statement.execute("CREATE ROLE reporting LOGIN PASSWORD 'secret' IN ROLE app");
		}
		LocalRdsAddress address = this.blue.writerAddress();
		try (LocalBlueGreen deployment = this.blue.blueGreen()) {
			LocalRdsCluster green = deployment.green();
			assertThat(green.readers()).hasSameSizeAs(this.blue.readers());
			assertThat(systemIdentifier(green)).isNotEqualTo(systemIdentifier(this.blue));
			assertThat(green.password()).isEqualTo(this.blue.password());
			assertThat(rows(green.writerAddress(), "SELECT name FROM item ORDER BY id")).containsExactly("first",
					"second");
			execute(address, "INSERT INTO item (name) VALUES ('third')", "UPDATE note SET name = 'changed'");
			awaitRows(green.readerAddress(), "SELECT name FROM item ORDER BY id", "first", "second", "third");
			awaitRows(green.readerAddress(), "SELECT name FROM note", "changed");
			assertRefused(green.writerAddress());
			this.client.login(green.writerAddress(), "reporting", "secret").close();

			assertStatus(this.blue, "AVAILABLE");
			assertStatus(green, "AVAILABLE");
			deployment.initiate();
			assertStatus(this.blue, "SWITCHOVER_INITIATED");
			try (Connection writing = connect(address); Connection reading = connect(this.blue.readerAddress())) {
				execute(writing, "BEGIN", "INSERT INTO item (name) VALUES ('lost')");
				deployment.begin();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(writing, "COMMIT"));
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(reading, "SELECT 1"));
			}
			assertStatus(this.blue, "SWITCHOVER_IN_PROGRESS");
			assertThat(deployment.closedAt()).isPresent();
			assertThat(deployment.openedAt()).isEmpty();
			assertRefused(address);
			assertThat(rows(address, "SELECT count(*) FROM item")).containsExactly("3");
			assertRefused(green.writerAddress());

			deployment.open();
			assertStatus(green, "SWITCHOVER_IN_POST_PROCESSING");
			assertThat(deployment.openedAt().getAsLong()).isGreaterThan(deployment.closedAt().getAsLong());
			assertThat(port(address)).isEqualTo(this.blue.writer().port());
			assertRefused(address);
			LocalRdsAddress greenAddress = green.writerAddress();
			// Not 4, which the lost transaction has taken.
			assertThat(rows(greenAddress, "INSERT INTO item (name) VALUES ('after') RETURNING id"))
				.containsExactly("5");

			try (Connection open = connect(address)) {
				deployment.moveAddresses();
				assertThat(AddressClient.value(open, "SELECT inet_server_port()"))
					.isEqualTo(Integer.toString(this.blue.writer().port()));
			}
			assertThat(port(address)).isEqualTo(green.writer().port());
			assertThat(port(this.blue.readerAddress())).isEqualTo(green.readers().get(0).port());
			assertThat(port(this.blue.address(this.blue.writer()))).isEqualTo(green.writer().port());
			assertThat(green.writerAddress()).isSameAs(address);
			try (Connection open = connect(greenAddress)) {
				deployment.removeGreenAddresses();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(greenAddress));
				assertThat(AddressClient.value(open, "SELECT 1")).isEqualTo("1");
			}
			assertThat(port(deployment.formerWriterAddress())).isEqualTo(this.blue.writer().port());
			assertRefused(deployment.formerWriterAddress());
			deployment.complete();
			assertStatus(green, "SWITCHOVER_COMPLETED");
			execute(address, "INSERT INTO note VALUES ('after')");
			deployment.delete();
			assertThat(rows(address, "SELECT status FROM " + TOPOLOGY)).isEmpty();

			try (LocalBlueGreen next = green.blueGreen()) {
				next.switchover(Duration.ZERO);
				assertThat(port(address)).isEqualTo(next.green().writer().port());
				assertThat(rows(address, "SELECT name FROM note ORDER BY name")).containsExactly("after", "changed");
				assertThat(rows(address, "INSERT INTO item (name) VALUES ('again') RETURNING id")).containsExactly("6");
			}
		}
	}

	@Test
	void aSwitchoverThatIsRolledBackLosesNothing() throws Exception {
		startBlue(LocalRdsCluster.builder().tls());
		LocalRdsAddress address = this.blue.writerAddress();
		try (LocalBlueGreen deployment = this.blue.blueGreen()) {
			assertThatIllegalStateException().isThrownBy(deployment::begin)
				.withMessageContainingAll("AVAILABLE", "must be [SWITCHOVER_INITIATED]");
			assertThatIllegalStateException().isThrownBy(deployment::rollBack);
			deployment.initiate();
			deployment.begin();
			deployment.rollBack();
			assertStatus(this.blue, "AVAILABLE");
			execute(address, "INSERT INTO item (name) VALUES ('third')");
			awaitRows(deployment.green().writerAddress(), "SELECT name FROM item ORDER BY id", "first", "second",
					"third");
			deployment.initiate();
			deployment.begin();
			deployment.delete();
			execute(address, "INSERT INTO item (name) VALUES ('fourth')");
			assertThat(rows(address, "SELECT status FROM " + TOPOLOGY)).isEmpty();
			assertThat(adminValue(this.blue, "SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
		}
	}

	@Test
	void rowsNameTheHostsThatTheCertificatesAreFor() throws Exception {
		startBlue(LocalRdsCluster.builder().readers(0).tls());
		String topology = "SELECT role || ' ' || endpoint || ' ' || port FROM %s ORDER BY id".formatted(TOPOLOGY);
		LocalRdsAddress address = this.blue.writerAddress();
		int instancePort = this.blue.address(this.blue.writer()).port();
		try (LocalBlueGreen deployment = LocalBlueGreen.builder(this.blue)
			.hostNames((name) -> name + ".abc.rds.test", (name) -> name + "-green-x1.abc.rds.test")
			.detachBlue()
			.start()) {
			LocalRdsAddress greenAddress = deployment.green().writerAddress();
			assertThat(this.client.certificateNames(address)).contains("writer.abc.rds.test")
				.doesNotContain("writer-green-x1.abc.rds.test");
			assertThat(this.client.certificateNames(greenAddress)).contains("writer-green-x1.abc.rds.test")
				.doesNotContain("writer.abc.rds.test");
			assertThat(rows(address, topology))
				.startsWith("BLUE_GREEN_DEPLOYMENT_SOURCE writer.abc.rds.test " + address.port(),
						"BLUE_GREEN_DEPLOYMENT_SOURCE instance-1.abc.rds.test " + instancePort,
						"BLUE_GREEN_DEPLOYMENT_TARGET writer-green-x1.abc.rds.test " + greenAddress.port())
				.hasSize(4);
			deployment.switchover(Duration.ZERO);
			assertThat(rows(address, topology))
				.startsWith("BLUE_GREEN_DEPLOYMENT_SOURCE writer-old1.abc.rds.test "
						+ deployment.formerWriterAddress().port())
				.contains("BLUE_GREEN_DEPLOYMENT_TARGET writer.abc.rds.test " + address.port());
			for (LocalRdsAddress each : List.of(address, greenAddress)) {
				assertThat(this.client.certificateNames(each)).contains("writer.abc.rds.test")
					.doesNotContain("writer-green-x1.abc.rds.test");
			}
			assertThat(rows(deployment.formerWriterAddress(), "SELECT DISTINCT status FROM " + TOPOLOGY))
				.containsExactly("SWITCHOVER_IN_PROGRESS");
		}
	}

	@Test
	void theFunctionMustBeGrantedUnlessItIsAuroras() throws Exception {
		startBlue(LocalRdsCluster.builder().readers(0).tls());
		String exists = "SELECT to_regproc('rds_tools.show_topology') IS NOT NULL";
		assertThat(rows(this.blue.writerAddress(), exists)).containsExactly("f");
		try (LocalBlueGreen deployment = LocalBlueGreen.builder(this.blue).withoutGrants().start()) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> rows(deployment.green().writerAddress(), "SELECT * FROM " + TOPOLOGY))
				.returns("42501", SQLException::getSQLState);
		}
		this.blue.close();
		startBlue(LocalRdsCluster.builder().aurora().tls());
		String query = "SELECT DISTINCT status FROM get_blue_green_fast_switchover_metadata('tests-1.0')";
		try (LocalBlueGreen deployment = LocalBlueGreen.builder(this.blue).withoutGrants().start()) {
			for (LocalRdsCluster each : List.of(this.blue, deployment.green())) {
				assertThat(rows(each.writerAddress(), query)).containsExactly("AVAILABLE");
				assertThat(rows(each.readerAddress(), query)).containsExactly("AVAILABLE");
				assertThat(rows(each.writerAddress(), "SELECT server_id FROM aurora_replica_status()"))
					.containsExactlyInAnyOrder("11", "12");
			}
			deployment.switchover(Duration.ZERO);
			assertThat(rows(this.blue.readerAddress(), query)).containsExactly("SWITCHOVER_COMPLETED");
		}
	}

	@Test
	void aClusterThatCannotBeBlueIsRefused() throws Exception {
		startBlue(LocalRdsCluster.builder().readers(0).tls().parameter("wal_level", "replica"));
		assertThatIllegalStateException().isThrownBy(this.blue::blueGreen)
			.withMessageStartingWith("blueGreen() needs wal_level logical, and instance-1")
			.withMessageContaining("has 'replica'");
		try (LocalRdsCluster plain = LocalRdsCluster.builder().readers(0).start()) {
			assertThatIllegalStateException().isThrownBy(plain::blueGreen)
				.withMessage("blueGreen() needs a cluster that is built with tls(), iam() or secretsManager()");
		}
	}

	private Connection connect(LocalRdsAddress address) throws SQLException {
		return this.client.login(address, this.blue.username(), this.blue.password());
	}

	private void execute(LocalRdsAddress address, String... statements) throws SQLException {
		try (Connection connection = connect(address)) {
			execute(connection, statements);
		}
	}

	private static void execute(Connection connection, String... statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

	private List<String> rows(LocalRdsAddress address, String query) throws SQLException {
		try (Connection connection = connect(address);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(query)) {
			List<String> rows = new ArrayList<>();
			while (result.next()) {
				rows.add(result.getString(1));
			}
			return rows;
		}
	}

	private void awaitRows(LocalRdsAddress address, String query, String... expected) {
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> rows(address, query), List.of(expected)::equals);
	}

	private int port(LocalRdsAddress address) throws SQLException {
		return Integer.parseInt(rows(address, "SELECT inet_server_port()").get(0));
	}

	private void assertRefused(LocalRdsAddress address) {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> execute(address, "INSERT INTO note VALUES ('refused')"))
			.returns(READ_ONLY, SQLException::getSQLState);
	}

	private void assertStatus(LocalRdsCluster environment, String status) throws SQLException {
		for (LocalRdsAddress address : List.of(environment.writerAddress(), environment.readerAddress())) {
			assertThat(rows(address, "SELECT DISTINCT status FROM " + TOPOLOGY)).containsExactly(status);
		}
	}

	private static String systemIdentifier(LocalRdsCluster environment) throws SQLException {
		return adminValue(environment, "SELECT system_identifier FROM pg_control_system()");
	}

	private static String adminValue(LocalRdsCluster environment, String query) throws SQLException {
		try (Connection connection = environment.adminConnection(environment.writer())) {
			return AddressClient.value(connection, query);
		}
	}

}
