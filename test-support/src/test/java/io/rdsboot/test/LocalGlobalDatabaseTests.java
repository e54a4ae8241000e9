package io.rdsboot.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link LocalGlobalDatabase} of two regions. Each test leaves all instances running,
 * with the same lags.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalGlobalDatabaseTests {

	private static final String FIRST = "us-east-1";

	private static final String SECOND = "eu-west-1";

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final String GLOBAL_ROWS = """
			SELECT aws_region || ' ' || server_id || CASE WHEN session_id = 'MASTER_SESSION_ID' THEN ' writer' ELSE '' END
			FROM aurora_global_db_instance_status() ORDER BY server_id""";

	private static final String REGION_ROWS = """
			SELECT aws_region || CASE WHEN rpo_lag_in_msec = -1 THEN ' primary' ELSE '' END
			FROM aurora_global_db_status() ORDER BY aws_region DESC""";

	private LocalGlobalDatabase database;

	@BeforeAll
	void start() {
		this.database = LocalGlobalDatabase.builder().region(FIRST, 2).region(SECOND, 2).start();
	}

	@AfterAll
	void close() {
		if (this.database != null) {
			this.database.close();
		}
	}

	private List<String> query(LocalRdsInstance instance, String query) throws SQLException {
		return query(instance.jdbcUrl(), query);
	}

	private List<String> query(String url, String query) throws SQLException {
		List<String> values = new ArrayList<>();
		try (Connection connection = DriverManager.getConnection(url, this.database.cluster().username(),
				this.database.cluster().password());
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(query)) {
			while (result.next()) {
				values.add(result.getString(1));
			}
		}
		return values;
	}

	private void execute(String statement) throws SQLException {
		try (Connection connection = this.database.cluster().adminConnection(this.database.cluster().writer());
				Statement executed = connection.createStatement()) {
			executed.execute(statement);
		}
	}

	private String serverId(LocalRdsInstance instance) {
		return this.database.cluster().aurora().serverId(instance);
	}

	private List<String> globalRows() {
		return this.database.cluster()
			.instances()
			.stream()
			.map((instance) -> this.database.region(instance) + " " + serverId(instance)
					+ ((instance == this.database.cluster().writer()) ? " writer" : ""))
			.sorted((a, b) -> a.split(" ")[1].compareTo(b.split(" ")[1]))
			.toList();
	}

	@Test
	void everyServerListsAllRegionsAndTheInstancesOfItsOwn() throws SQLException {
		for (LocalRdsInstance asked : this.database.cluster().instances()) {
			assertThat(query(asked, GLOBAL_ROWS)).isEqualTo(globalRows());
			assertThat(query(asked, REGION_ROWS)).containsExactly(
					FIRST + (FIRST.equals(this.database.primaryRegion()) ? " primary" : ""),
					SECOND + (SECOND.equals(this.database.primaryRegion()) ? " primary" : ""));
			assertThat(query(asked, "SELECT server_id FROM aurora_replica_status()"))
				.containsExactlyInAnyOrder(this.database.instances(this.database.region(asked))
					.stream()
					.map(this::serverId)
					.toArray(String[]::new));
		}
	}

	@Test
	void instancesOfAnotherRegionReplayLaterAndSaySo() throws SQLException {
		String secondary = FIRST.equals(this.database.primaryRegion()) ? SECOND : FIRST;
		LocalRdsInstance late = this.database.instances(secondary).get(0);
		this.database.replicationLag(secondary, Duration.ofSeconds(60));
		try {
			execute("CREATE TABLE public.late ()");
			Awaitility.await().atMost(LIMIT).until(() -> !lag(late).equals("0"));
			assertThat(query(late, "SELECT to_regclass('late')")).containsOnlyNulls();
			LocalRdsInstance near = this.database.instances(this.database.primaryRegion()).get(1);
			Awaitility.await().atMost(LIMIT).until(() -> query(near, "SELECT to_regclass('late')").contains("late"));
		}
		finally {
			this.database.replicationLag(secondary, Duration.ofMillis(200));
		}
		Awaitility.await().atMost(LIMIT).until(() -> lag(late).equals("0"));
		execute("DROP TABLE public.late");
	}

	private String lag(LocalRdsInstance instance) throws SQLException {
		return query(instance,
				"SELECT visibility_lag_in_msec FROM aurora_global_db_instance_status() WHERE server_id = '"
						+ serverId(instance) + "'")
			.get(0);
	}

	@Test
	void switchoverLosesNothingAndEndpointsFollow() throws SQLException {
		String former = this.database.primaryRegion();
		String region = FIRST.equals(former) ? SECOND : FIRST;
		execute("CREATE TABLE IF NOT EXISTS public.kept (id serial); GRANT SELECT ON public.kept TO PUBLIC");
		execute("INSERT INTO public.kept DEFAULT VALUES");
		long rows = Long.parseLong(query(this.database.cluster().writer(), "SELECT count(*) FROM public.kept").get(0));
		LocalRdsInstance writer = this.database.switchover(region);
		assertThat(this.database.primaryRegion()).isEqualTo(region);
		assertThat(this.database.region(writer)).isEqualTo(region);
		assertThat(query(writer, "SELECT count(*) FROM public.kept")).containsExactly(Long.toString(rows));
		assertThat(query(url(this.database.writerEndpoint()), "SELECT aurora_db_instance_identifier()"))
			.containsExactly(serverId(writer));
		assertThat(query(url(this.database.clusterEndpoint(former)), "SELECT pg_is_in_recovery()"))
			.containsExactly("t");
		assertThat(query(writer, GLOBAL_ROWS)).isEqualTo(globalRows());
		assertThatIllegalStateException().isThrownBy(() -> this.database.switchover(region))
			.withMessageContaining("primary one already");
	}

	private String url(LocalRdsAlias alias) {
		return "jdbc:postgresql://%s:%d/%s".formatted(alias.host(), alias.port(), this.database.cluster().database());
	}

	@Test
	void failoverLeavesNothingOfThePrimaryRegionUntilItIsRecovered() throws SQLException {
		String lost = this.database.primaryRegion();
		LocalRdsInstance writer = this.database.failover(FIRST.equals(lost) ? SECOND : FIRST);
		assertThat(query(writer, "SELECT pg_is_in_recovery()")).containsExactly("f");
		for (LocalRdsInstance instance : this.database.instances(lost)) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> query(instance, "SELECT 1"));
		}
		this.database.recover(lost);
		for (LocalRdsInstance instance : this.database.instances(lost)) {
			assertThat(query(instance, "SELECT pg_is_in_recovery()")).containsExactly("t");
		}
		assertThat(this.database.primaryRegion()).isNotEqualTo(lost);
	}

	@Test
	void clusterThatIsNoGlobalDatabaseShowsNoRows() throws SQLException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).aurora().start();
				Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement()) {
			for (String function : List.of("aurora_global_db_instance_status", "aurora_global_db_status")) {
				try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + function + "()")) {
					rows.next();
					assertThat(rows.getInt(1)).isZero();
				}
			}
		}
	}

	@Test
	void wrongRegionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.database.switchover("mars-north-1"))
			.withMessage("The global database has no region 'mars-north-1', but [us-east-1, eu-west-1]");
		assertThatIllegalArgumentException().isThrownBy(() -> LocalGlobalDatabase.builder().region(FIRST, 1).start())
			.withMessageContaining("two regions");
		assertThatIllegalArgumentException().isThrownBy(() -> LocalGlobalDatabase.builder().region(FIRST, 0))
			.withMessageContaining("us-east-1");
	}

}
