package io.rdsboot.datasource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.StartupConnectionException;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RdsDataSource}.
 */
@LocalRds
class RdsDataSourceTests {

	private final LocalRdsCluster cluster;

	private ConsistencySession.Binding session;

	RdsDataSourceTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void openSession() {
		this.session = ConsistencySession.open().bind();
	}

	/**
	 * Lets no other test on this thread see what was written here.
	 */
	@AfterEach
	void closeSession() {
		this.session.close();
	}

	private RdsDataSource.Builder builder() {
		return builder(this.cluster.writer(), this.cluster.readers().get(0));
	}

	private RdsDataSource.Builder builder(LocalRdsInstance writer, LocalRdsInstance reader) {
		return RdsDataSource.builder()
			.writer(address(writer))
			.reader(address(reader))
			.database(this.cluster.database())
			.credentials(this.cluster.username(), this.cluster.password());
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	@Test
	void readerServesReadsOutOfTheBox() {
		try (RdsDataSource dataSource = builder().build()) {
			assertThat(dataSource.monitor().topology().readers()).hasSize(1);
			assertThat(dataSource.pools().all()).hasSize(2);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			assertThat(jdbc.queryForObject("SELECT pg_is_in_recovery()", Boolean.class)).isFalse();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> readsFromReader(dataSource));
		}
	}

	private static boolean readsFromReader(RdsDataSource dataSource) throws SQLException {
		try (var connection = dataSource.getConnection()) {
			connection.setReadOnly(true);
			try (var statement = connection.createStatement();
					var row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

	@Test
	void addressesMayBeInAnyOrderBecauseServersSayWhatTheyAre() {
		try (RdsDataSource dataSource = builder(this.cluster.readers().get(0), this.cluster.writer()).build()) {
			assertThat(new JdbcTemplate(dataSource).queryForObject("SELECT pg_is_in_recovery()", Boolean.class))
				.isFalse();
		}
	}

	@Test
	void settingsReachPoolsAndRouting() throws SQLException {
		List<RoutingDecision> decisions = new CopyOnWriteArrayList<>();
		try (RdsDataSource dataSource = builder().pool((config, instance, role) -> config.setMaximumPoolSize(3))
			.routing((routing) -> routing.listener(decisions::add))
			.build()) {
			new JdbcTemplate(dataSource).queryForObject("SELECT 1", Integer.class);
			assertThat(decisions).hasSize(1);
			assertThat(dataSource.isWrapperFor(ReadWriteRoutingDataSource.class)).isTrue();
			for (InstancePool pool : dataSource.pools().all()) {
				assertThat(pool.maximumSize()).isEqualTo(3);
				assertThat(pool.connectionTimeout()).isLessThanOrEqualTo(Duration.ofSeconds(5));
			}
		}
	}

	@Test
	void closingLeavesNoConnection() throws SQLException {
		RdsDataSource dataSource = builder()
			.pool((config, instance, role) -> config.addDataSourceProperty("ApplicationName", "closed-data-source"))
			.build();
		new JdbcTemplate(dataSource).queryForObject("SELECT 1", Integer.class);
		dataSource.close();
		try (var connection = this.cluster.adminConnection(this.cluster.writer());
				var statement = connection.createStatement()) {
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
				try (var row = statement.executeQuery(
						"SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'closed-data-source%'")) {
					return row.next() && row.getInt(1) == 0;
				}
			});
		}
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> new JdbcTemplate(dataSource).queryForObject("SELECT 1", Integer.class));
	}

	@Test
	void refusedLoginEndsTheBuildAndLeavesNoThread() {
		assertThatExceptionOfType(StartupConnectionException.class)
			.isThrownBy(() -> builder().credentials(this.cluster.username(), "wrong").build())
			.withMessageContaining("Cannot connect to database '" + this.cluster.database() + "'");
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().contains(":" + this.cluster.writer().port())));
	}

	@Test
	void missingPartIsNamed() {
		assertThatIllegalStateException().isThrownBy(() -> RdsDataSource.builder().build())
			.withMessage("An RdsDataSource needs a writer: call writer(...) of its builder");
		assertThatIllegalStateException().isThrownBy(() -> RdsDataSource.builder().writer("db:5432").build())
			.withMessage("An RdsDataSource needs a database: call database(...) of its builder");
		assertThatIllegalStateException()
			.isThrownBy(() -> RdsDataSource.builder().writer("db:5432").database("app").build())
			.withMessage("An RdsDataSource needs credentials: call credentials(...) of its builder");
		assertThatIllegalArgumentException().isThrownBy(() -> RdsDataSource.builder().writer("db:port"));
	}

	@Test
	void fileWithoutCertificatesIsRefused(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("authorities.pem"), "nothing");
		assertThatIllegalArgumentException().isThrownBy(() -> TlsSettings.trusting(file))
			.withMessageContaining(file.toString());
		Path empty = Files.createFile(directory.resolve("empty.pem"));
		assertThatIllegalArgumentException().isThrownBy(() -> TlsSettings.trusting(empty));
		assertThatExceptionOfType(java.io.UncheckedIOException.class)
			.isThrownBy(() -> TlsSettings.trusting(directory.resolve("missing.pem")))
			.withMessageContaining("missing.pem");
	}

}
