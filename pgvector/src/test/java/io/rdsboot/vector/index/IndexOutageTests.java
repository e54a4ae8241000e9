package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a {@link VectorIndexManager} logs while its database accepts no
 * connections, and where it loses the one that builds.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class IndexOutageTests {

	private HikariDataSource database;

	private HikariDataSource administrator;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.createWithExtension(cluster);
		this.database.setConnectionTimeout(250);
		this.administrator = VectorTestDatabase.create(cluster);
		this.jdbc = new JdbcTemplate(this.database);
	}

	@AfterEach
	void closePools() {
		this.database.close();
		this.administrator.close();
	}

	@Test
	void outageThatLastsIsOneWarningForAllTables(CapturedOutput output) {
		List<VectorTable> tables = List.of(table("articles"), table("pictures"), table("products"));
		try (VectorIndexManager manager = manager(tables)) {
			manager.start();
			await(manager, (state) -> state == State.READY || state == State.WAITING_FOR_DATA);
			List<State> before = states(manager);
			assertThat(before).contains(State.READY, State.WAITING_FOR_DATA);
			int waiting = count(output, "is not built yet");
			acceptConnections(false);
			Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				// Again, because one may have been logging in at the last time.
				endSessions();
				assertThat(states(manager)).allMatch((state) -> state == State.READY || state == State.FAILED);
			});
			awaitLine(output, "are neither checked nor built");
			assertThat(states(manager)).filteredOn(State.READY::equals)
				.as("those that were ready still serve")
				.hasSameSizeAs(before.stream().filter(State.READY::equals).toList());
			acceptConnections(true);
			awaitLine(output, "are checked and built again");
			await(manager, (state) -> state == State.READY || state == State.WAITING_FOR_DATA);
			assertThat(states(manager)).isEqualTo(before);
			assertThat(output.getOut()).doesNotContain("is not ready");
			assertThat(count(output, "are neither checked nor built")).isOne();
			assertThat(count(output, "are checked and built again")).isOne();
			assertThat(count(output, "is not built yet")).as("said before the outage").isEqualTo(waiting);
		}
	}

	@Test
	void buildThatLosesItsConnectionIsNoWarningAndEndsTheAttempt(CapturedOutput output) throws Exception {
		VectorTable table = table("articles");
		new VectorSchema(this.jdbc).migrate(table);
		this.jdbc.update("INSERT INTO articles (id, embedding, content) VALUES (1, '[1,2,3]', 'word')");
		try (VectorIndexManager manager = manager(List.of(table))) {
			try (Connection writer = this.database.getConnection(); Statement statement = writer.createStatement()) {
				writer.setAutoCommit(false);
				statement.execute("UPDATE articles SET content = 'other'");
				manager.start();
				terminate("query LIKE 'CREATE INDEX CONCURRENTLY%'");
				awaitLine(output, "was interrupted, and is tried again");
				writer.rollback();
			}
			await(manager, State.READY::equals);
		}
		List<String> builds = Pattern
			.compile("Building index (\\S+) of vector table articles(: CREATE| was interrupted)")
			.matcher(output.getOut())
			.results()
			.map((line) -> line.group(1) + line.group(2))
			.toList();
		String first = builds.get(0).replace(": CREATE", "");
		assertThat(builds).as("no other is begun over the lost connection")
			.startsWith(first + ": CREATE", first + " was interrupted", first + ": CREATE");
		assertThat(output.getOut()).doesNotContain("is not ready", "neither checked nor built");
	}

	private static VectorTable table(String name) {
		return VectorTable.builder(name).idType(IdType.BIGINT).dimensions(3).key("tenant", KeyType.TEXT).build();
	}

	private VectorIndexManager manager(List<VectorTable> tables) {
		tables.forEach(new VectorSchema(this.jdbc)::migrate);
		return VectorIndexManager.builder(this.database, tables).retryInterval(Duration.ofMillis(100)).build();
	}

	private void acceptConnections(boolean accept) {
		new JdbcTemplate(this.administrator)
			.execute("ALTER DATABASE %s ALLOW_CONNECTIONS %s".formatted(name(), accept));
	}

	private void endSessions() {
		new JdbcTemplate(this.administrator)
			.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", name());
	}

	/**
	 * Terminate the first session that meets a condition.
	 */
	private void terminate(String condition) {
		JdbcTemplate jdbc = new JdbcTemplate(this.administrator);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.until(() -> !jdbc.queryForList(
					"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND " + condition, name())
				.isEmpty());
	}

	private String name() {
		String url = this.database.getJdbcUrl();
		return url.substring(url.lastIndexOf('/') + 1);
	}

	private static void await(VectorIndexManager manager, Predicate<State> condition) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(states(manager)).allMatch(condition));
	}

	private static void awaitLine(CapturedOutput output, String text) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> output.getOut().contains(text));
	}

	private static List<State> states(VectorIndexManager manager) {
		return manager.status().stream().map(VectorIndexStatus::state).toList();
	}

	private static int count(CapturedOutput output, String pattern) {
		return (int) Pattern.compile(pattern).matcher(output.getOut()).results().count();
	}

}
