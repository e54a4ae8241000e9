package io.rdsboot.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link LocalAurora}, and servers that have hosts of their own. Each test leaves a
 * writer and two readers, all running.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalAuroraTests {

	private static final String ROWS = """
			SELECT server_id || CASE WHEN session_id = 'MASTER_SESSION_ID' THEN ' writer' ELSE ' reader' END
				|| CASE WHEN last_update_timestamp IS NULL THEN ' own'
					WHEN last_update_timestamp < now() - interval '300 s' THEN ' stale' ELSE '' END
			FROM aurora_replica_status() ORDER BY server_id""";

	private LocalRdsCluster cluster;

	@BeforeAll
	void startCluster() {
		this.cluster = LocalRdsCluster.builder().readers(2).aurora().start();
	}

	@AfterAll
	void closeCluster() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@AfterEach
	void restore() {
		this.cluster.aurora().restore();
	}

	@Test
	void instancesWhenHostsAreDistinctShareAPortThatNoOtherClusterHas() throws SQLException {
		assertThat(this.cluster.instances()).extracting(LocalRdsInstance::host)
			.containsExactlyInAnyOrder("127.0.0.11", "127.0.0.12", "127.0.0.13");
		int port = this.cluster.writer().port();
		assertThat(this.cluster.instances()).extracting(LocalRdsInstance::port).containsOnly(port);
		try (LocalRdsCluster other = LocalRdsCluster.builder().readers(0).distinctHosts().start()) {
			assertThat(other.writer().host()).isEqualTo("127.0.0.11");
			assertThat(other.writer().port()).isNotEqualTo(port);
			assertThatIllegalStateException().isThrownBy(other::aurora).withMessageContaining("aurora()");
		}
		for (LocalRdsInstance instance : this.cluster.instances()) {
			assertThat(query(instance, "SHOW cluster_name")).containsExactly(instance.name());
		}
	}

	@Test
	void addressesWhenHostsAreDistinctHaveTheirInstancesHostAndOnePort(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster other = LocalRdsCluster.builder().tls().aurora().start()) {
			AddressClient client = new AddressClient(other, directory);
			LocalRdsInstance added = other.addReader();
			int port = other.address(added).port();
			assertThat(port).isNotEqualTo(added.port());
			for (LocalRdsInstance instance : other.instances()) {
				LocalRdsAddress address = other.address(instance);
				assertThat(address).returns(instance.host(), LocalRdsAddress::host)
					.returns(port, LocalRdsAddress::port);
				try (Connection connection = client.login(address, other.username(), other.password())) {
					assertThat(AddressClient.value(connection, "SHOW cluster_name")).isEqualTo(instance.name());
				}
			}
			assertThat(other.writerAddress().host()).isEqualTo("localhost");
		}
	}

	@Test
	void replicaStatusWhenAllRunShowsEachServerItsOwnRowWithoutTime() throws SQLException {
		LocalRdsInstance writer = this.cluster.writer();
		for (LocalRdsInstance asked : this.cluster.instances()) {
			List<String> expected = new ArrayList<>();
			for (LocalRdsInstance shown : this.cluster.instances()) {
				expected
					.add(id(shown) + ((shown == writer) ? " writer" : " reader") + ((shown == asked) ? " own" : ""));
			}
			assertThat(query(asked, ROWS)).containsExactlyInAnyOrderElementsOf(expected);
			assertThat(query(asked, "SELECT aurora_db_instance_identifier()")).containsExactly(id(asked));
		}
		assertThat(query(writer, "SELECT count(*) FROM aurora_replica_status() WHERE session_id <> 'MASTER_SESSION_ID'"
				+ " AND session_id::uuid IS NOT NULL"))
			.containsExactly("2");
	}

	@Test
	void replicaStatusWhenReplayIsPausedShowsRealPositionsAndLag() throws SQLException {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		String own = " FROM aurora_replica_status() WHERE server_id = '%s'".formatted(id(reader));
		assertThat(query(reader, "SELECT replica_lag_in_msec" + own)).containsExactly("0");
		this.cluster.pauseReplay(reader);
		execute(this.cluster.writer(), "CREATE TABLE unseen ()");
		long durable = durable();
		assertThat(Long.parseLong(query(reader, "SELECT current_read_lsn" + own).get(0))).isLessThan(durable);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(
					query(reader, "SELECT replica_lag_in_msec > 100 AND highest_lsn_rcvd > current_read_lsn" + own))
				.containsExactly("t"));
		this.cluster.resumeReplay(reader);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(Long.parseLong(query(reader, "SELECT current_read_lsn" + own).get(0)))
				.isGreaterThanOrEqualTo(durable));
		execute(this.cluster.writer(), "DROP TABLE unseen");
	}

	private long durable() throws SQLException {
		return Long.parseLong(query(this.cluster.writer(),
				"SELECT durable_lsn FROM aurora_replica_status() WHERE session_id = 'MASTER_SESSION_ID'"
						+ " AND last_update_timestamp IS NULL AND current_read_lsn IS NULL AND replica_lag_in_msec IS NULL")
			.get(0));
	}

	@Test
	void controlsWhenUsedChangeWhatIsShownUntilRestored() throws SQLException {
		LocalRdsInstance writer = this.cluster.writer();
		LocalRdsInstance reader = this.cluster.readers().get(0);
		LocalRdsInstance other = this.cluster.readers().get(1);
		List<String> before = query(reader, ROWS);
		this.cluster.aurora().lag(other, Duration.ofMillis(1500));
		this.cluster.aurora().showStale(other);
		this.cluster.aurora().showWriter(reader, other);
		assertThat(query(reader, ROWS)).containsExactlyInAnyOrder(id(writer) + " reader", id(reader) + " reader own",
				id(other) + " writer stale");
		assertThat(query(writer, ROWS)).containsExactlyInAnyOrder(id(writer) + " writer own", id(reader) + " reader",
				id(other) + " reader stale");
		assertThat(query(writer,
				"SELECT replica_lag_in_msec FROM aurora_replica_status() WHERE server_id = '%s'".formatted(id(other))))
			.containsExactly("1500");
		this.cluster.aurora().restore();
		assertThat(query(reader, ROWS)).isEqualTo(before);
	}

	@Test
	void replicaStatusWhenInstancesComeAndGoFollows() throws SQLException {
		LocalRdsInstance writer = this.cluster.writer();
		LocalRdsInstance added = this.cluster.addReader();
		assertThat(query(added, ROWS)).hasSize(4).contains(id(added) + " reader own");
		assertThat(query(writer, ROWS)).contains(id(added) + " reader");
		this.cluster.crash(added);
		assertThat(query(writer,
				"SELECT a.last_update_timestamp = b.last_update_timestamp FROM aurora_replica_status() a, aurora_replica_status() b"
						+ " WHERE a.server_id = '%1$s' AND b.server_id = '%1$s'".formatted(id(added))))
			.containsExactly("t");
		this.cluster.removeReader(added);
		assertThat(query(writer, ROWS)).hasSize(3);
		this.cluster.aurora().showStale(added);
		assertThat(query(writer, ROWS)).contains(id(added) + " reader stale");
	}

	@Test
	void replicaStatusWhenFailedOverShowsTheNewWriter() throws SQLException {
		LocalRdsInstance promoted = this.cluster.failover();
		for (LocalRdsInstance asked : this.cluster.instances()) {
			assertThat(query(asked, ROWS)).filteredOn((row) -> row.contains("writer"))
				.containsExactly(id(promoted) + " writer" + ((asked == promoted) ? " own" : ""));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "pg_current_wal_lsn()", "pg_current_wal_insert_lsn()", "pg_last_wal_receive_lsn()",
			"pg_last_wal_replay_lsn()" })
	void positionFunctionWhenCalledByTheApplicationFails(String function) throws SQLException {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> query(this.cluster.writer(), "SELECT " + function))
			.returns("42501", SQLException::getSQLState);
		assertThat(query(this.cluster.writer(), "SELECT pg_is_in_recovery()")).containsExactly("f");
	}

	private String id(LocalRdsInstance instance) {
		return this.cluster.aurora().serverId(instance);
	}

	private Connection connect(LocalRdsInstance instance) throws SQLException {
		return DriverManager.getConnection(instance.jdbcUrl() + "?loginTimeout=10&socketTimeout=20",
				this.cluster.username(), this.cluster.password());
	}

	private void execute(LocalRdsInstance instance, String sql) throws SQLException {
		try (Connection connection = connect(instance); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private List<@Nullable String> query(LocalRdsInstance instance, String sql) throws SQLException {
		List<@Nullable String> values = new ArrayList<>();
		try (Connection connection = connect(instance);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			while (result.next()) {
				values.add(result.getString(1));
			}
		}
		return values;
	}

}
