package io.rdsboot.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.ServerRuntime;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a {@link LocalRdsCluster} does on whatever it runs. Each test leaves a writer and
 * two readers, all running.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractLocalRdsClusterTests {

	private LocalRdsCluster cluster;

	abstract ServerRuntime open(Login administrator, Map<String, String> parameters);

	@BeforeAll
	void startCluster() throws SQLException {
		this.cluster = start(LocalRdsCluster.builder().readers(2));
		execute(this.cluster.writer(), "CREATE TABLE item (name text PRIMARY KEY)");
		this.cluster.awaitReplication();
	}

	private LocalRdsCluster start(LocalRdsClusterBuilder builder) {
		return LocalRdsCluster.start(builder.settings(), this::open);
	}

	@AfterAll
	void closeCluster() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@AfterEach
	void clusterIsComplete() throws SQLException {
		assertThat(this.cluster.readers()).hasSize(2);
		assertThat(this.cluster.instances()).extracting(LocalRdsInstance::state)
			.containsOnly(LocalRdsInstance.State.RUNNING);
		insert("after-" + System.nanoTime());
		this.cluster.awaitReplication();
		for (LocalRdsInstance reader : this.cluster.readers()) {
			assertThat(count(reader)).isEqualTo(count(this.cluster.writer()));
		}
	}

	@Test
	void readersWhenNothingIsSaidLagAsOnRds() throws SQLException {
		assertThat(this.cluster.readers())
			.allSatisfy((reader) -> assertThat(query(reader, "SHOW recovery_min_apply_delay")).isEqualTo("20ms"));
	}

	@Test
	void readersThatAreBuiltWithALongLagBeginWithTheDatabase() throws SQLException {
		try (LocalRdsCluster lagging = start(
				LocalRdsCluster.builder().readers(1).replicationLag(Duration.ofMinutes(30)));
				Connection connection = lagging.adminConnection(lagging.readers().get(0))) {
			assertThat(value(connection, "SELECT current_database()")).isEqualTo("app");
		}
	}

	@Test
	void administratorKeepsOneSessionOnEachServer() throws SQLException {
		for (int i = 0; i < 3; i++) {
			this.cluster.awaitReplication();
		}
		for (LocalRdsInstance instance : this.cluster.instances()) {
			// This one is in the application's database.
			assertThat(admin(instance,
					"SELECT count(*) FROM pg_stat_activity WHERE usename = 'rdsadmin' AND datname = 'postgres'"))
				.isEqualTo("1");
		}
	}

	@Test
	void readersWhenLagIsSetSeeCommitsThatMuchLater() throws SQLException {
		LocalRdsInstance away = this.cluster.readers().get(0);
		LocalRdsInstance there = this.cluster.readers().get(1);
		this.cluster.crash(away);
		try {
			this.cluster.replicationLag(Duration.ofMinutes(30));
			insert("lagging");
			String written = admin(this.cluster.writer(), "SELECT pg_current_wal_lsn()");
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.until(() -> "t".equals(admin(there, "SELECT pg_last_wal_receive_lsn() >= '%s'".formatted(written))));
			assertThat(query(there, "SELECT count(*) FROM item WHERE name LIKE 'lagging-%'")).isEqualTo("0");
		}
		finally {
			this.cluster.restart(away);
		}
		assertThat(query(away, "SHOW recovery_min_apply_delay")).isEqualTo("30min");
		this.cluster.replicationLag(Duration.ofMillis(20));
		this.cluster.awaitReplication();
		assertThat(query(there, "SELECT count(*) FROM item WHERE name LIKE 'lagging-%'")).isEqualTo("1");
		assertThat(query(away, "SHOW recovery_min_apply_delay")).isEqualTo("20ms");
	}

	@Test
	void failoverWhenReadersLagLosesNoCommit() throws SQLException {
		this.cluster.replicationLag(Duration.ofMinutes(30));
		long before = count(this.cluster.writer());
		insert("held back");
		LocalRdsInstance former = this.cluster.writer();
		this.cluster.failover();
		assertThat(count(this.cluster.writer())).isEqualTo(before + 1);
		assertThat(query(former, "SHOW recovery_min_apply_delay")).isEqualTo("30min");
		this.cluster.replicationLag(Duration.ofMillis(20));
	}

	@Test
	void replicationLagWhenNegativeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.replicationLag(Duration.ofMillis(-1)))
			.withMessage("replicationLag is PT-0.001S, and must be from 0 to 60 minutes");
	}

	@Test
	void instancesWhenStartedAreWriterAndStreamingReaders() throws SQLException {
		assertThat(this.cluster.instances()).first().isEqualTo(this.cluster.writer());
		assertThat(query(this.cluster.writer(), "SELECT pg_is_in_recovery()")).isEqualTo("f");
		for (LocalRdsInstance reader : this.cluster.readers()) {
			assertThat(query(reader, "SELECT pg_is_in_recovery()")).isEqualTo("t");
		}
		String streaming = String.join(",",
				this.cluster.readers().stream().map((reader) -> reader.name() + " streaming").sorted().toList());
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> admin(this.cluster.writer(),
					"SELECT string_agg(application_name || ' ' || state, ',' ORDER BY application_name) FROM pg_stat_replication"),
					streaming::equals);
		assertThat(admin(this.cluster.writer(), "SHOW wal_level")).isEqualTo("replica");
		assertThat(admin(this.cluster.writer(), "SHOW lc_messages")).isEqualTo("C");
		assertThat(admin(this.cluster.writer(),
				"SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'scram-sha-256'"
						+ " AND 'app' = ANY (database || ARRAY['app'])"))
			.isNotEqualTo("0");
	}

	@Test
	void connectionWhenPasswordIsWrongIsRefused() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> DriverManager.getConnection(this.cluster.writer().jdbcUrl(), "app", "wrong"))
			.returns("28P01", SQLException::getSQLState);
	}

	@Test
	void applicationRoleWhenStartedOwnsDatabaseAndIsNoSuperuser() throws SQLException {
		assertThat(query(this.cluster.writer(),
				"SELECT rolname || ' ' || rolsuper FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba"
						+ " WHERE datname = current_database()"))
			.isEqualTo("app false");
	}

	@Test
	void applicationRoleWhenExtensionIsCreatableCreatesItAndStaysOrdinary() throws SQLException {
		LocalRdsInstance writer = this.cluster.writer();
		execute(writer, "DROP EXTENSION IF EXISTS vector");
		execute(writer, "CREATE EXTENSION vector");
		execute(writer, "CREATE EXTENSION IF NOT EXISTS vector");
		execute(writer, "ALTER EXTENSION vector UPDATE");
		assertThat(query(writer, "SELECT '[1,2]'::vector <-> '[1,4]'")).isEqualTo("2");
		assertThat(query(writer, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).isEqualTo("f");
		assertRefused(writer, "CREATE EXTENSION pageinspect");
	}

	@Test
	void applicationRoleWhenCreationFailsStaysOrdinary() throws SQLException {
		LocalRdsInstance writer = this.cluster.writer();
		try (Connection connection = connect(writer); Statement statement = connection.createStatement()) {
			statement.execute("DROP EXTENSION IF EXISTS vector");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("CREATE EXTENSION vector VERSION '0.0.0'"));
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("COPY item TO PROGRAM 'cat'"))
				.returns("42501", SQLException::getSQLState);
		}
	}

	@Test
	void builderWhenGivenNamesParametersAndExtensionsHonorsThem() throws SQLException {
		LocalRdsClusterBuilder builder = LocalRdsCluster.builder()
			.readers(0)
			.database("my \"shop\"")
			.username("o'neil")
			.parameter("work_mem", "7MB")
			.parameter("search_path", "\"$user\", public, 'quoted'")
			.creatableExtensions();
		try (LocalRdsCluster other = start(builder)) {
			try (Connection connection = other.adminConnection(other.writer());
					Statement statement = connection.createStatement();
					ResultSet result = statement.executeQuery(
							"SELECT current_setting('work_mem') || ' ' || current_database() || ' ' || r.rolname"
									+ " FROM pg_roles r JOIN pg_database d ON datdba = r.oid WHERE datname = current_database()")) {
				assertThat(result.next()).isTrue();
				assertThat(result.getString(1)).isEqualTo("7MB my \"shop\" o'neil");
			}
			try (Connection connection = DriverManager.getConnection(other.writer().jdbcUrl(), other.username(),
					other.password()); Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("CREATE EXTENSION IF NOT EXISTS vector"))
					.returns("42501", SQLException::getSQLState);
			}
		}
	}

	@Test
	void builderWhenGivenExtensionCreatesIt() throws SQLException {
		try (LocalRdsCluster other = start(
				LocalRdsCluster.builder().readers(0).extensions("vector").creatableExtensions());
				Connection connection = DriverManager.getConnection(other.writer().jdbcUrl(), other.username(),
						other.password());
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE EXTENSION IF NOT EXISTS vector");
			statement.execute("CREATE TABLE point (place vector(2))");
		}
	}

	@Test
	void pauseReplayWhenWriterWritesKeepsReaderBehindUntilResumed() throws SQLException {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		this.cluster.pauseReplay(reader);
		long before = count(reader);
		insert("paused");
		this.cluster.awaitReplication();
		assertThat(count(this.cluster.readers().get(1))).isEqualTo(before + 1);
		assertThat(count(reader)).isEqualTo(before);
		this.cluster.resumeReplay(reader);
		this.cluster.awaitReplication();
		assertThat(count(reader)).isEqualTo(before + 1);
	}

	@Test
	void failoverWhenWriterRunsSwapsRolesAndLosesNothing() throws SQLException {
		LocalRdsInstance former = this.cluster.writer();
		LocalRdsInstance target = this.cluster.readers().get(1);
		List<Integer> ports = this.cluster.instances().stream().map(LocalRdsInstance::port).sorted().toList();
		insert("before-failover");
		long before = count(former);
		try (Connection session = connect(target); Connection lost = connect(former)) {
			assertThat(this.cluster.failover(target)).isSameAs(target).isSameAs(this.cluster.writer());
			assertThat(this.cluster.readers()).contains(former).doesNotContain(target);
			assertThat(count(target)).isEqualTo(before);
			try (Statement statement = session.createStatement()) {
				statement.execute("INSERT INTO item VALUES ('written by the promoted reader''s session')");
			}
			assertThat(lost.isValid(5)).isFalse();
		}
		assertThat(query(former, "SELECT pg_is_in_recovery()")).isEqualTo("t");
		assertThat(this.cluster.instances().stream().map(LocalRdsInstance::port).sorted().toList()).isEqualTo(ports);
	}

	@Test
	void failoverWhenWriterIsFrozenBringsItBackAsReader() throws SQLException {
		LocalRdsInstance former = this.cluster.writer();
		this.cluster.freeze(former);
		LocalRdsInstance promoted = this.cluster.failover();
		assertThat(promoted).isNotSameAs(former);
		assertThat(query(former, "SELECT pg_is_in_recovery()")).isEqualTo("t");
	}

	@Test
	void failoverWhenWriterHasCrashedLeavesItDownUntilRestart() throws SQLException {
		LocalRdsInstance former = this.cluster.writer();
		this.cluster.crash(former);
		LocalRdsInstance promoted = this.cluster.failover();
		insert("while the former writer is down");
		assertThat(former.state()).isEqualTo(LocalRdsInstance.State.CRASHED);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(former))
			.returns("08001", SQLException::getSQLState);
		this.cluster.restart(former);
		assertThat(this.cluster.writer()).isSameAs(promoted);
		assertThat(query(former, "SELECT pg_is_in_recovery()")).isEqualTo("t");
	}

	@Test
	void promoteWhenWriterIsFrozenLeavesItSilentUntilThawMakesItAReader() throws Exception {
		LocalRdsInstance former = this.cluster.writer();
		LocalRdsInstance target = this.cluster.readers().get(0);
		try (Connection session = connect(former)) {
			this.cluster.freeze(former);
			CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> value(session, "SELECT 1"));
			long start = System.nanoTime();
			this.cluster.promote(target);
			assertThat(this.cluster.lastPromotion().orElseThrow()).isBetween(start, System.nanoTime());
			assertThat(this.cluster.writer()).isSameAs(target);
			assertThat(this.cluster.readers()).contains(former);
			assertThat(former.state()).isEqualTo(LocalRdsInstance.State.FROZEN);
			insert("while the former writer is frozen");
			this.cluster.awaitReplication();
			assertThat(answer).isNotDone();
			assertThatIllegalStateException().isThrownBy(() -> this.cluster.failover(former))
				.withMessageContaining("must be [RUNNING]");
			this.cluster.thaw(former);
			assertThat(answer).failsWithin(Duration.ofSeconds(20));
		}
		assertThat(query(former, "SELECT pg_is_in_recovery()")).isEqualTo("t");
	}

	@Test
	void promoteWhenWriterRunsLeavesTwoThatTakeWritesUntilItIsRestarted() throws SQLException {
		LocalRdsInstance former = this.cluster.writer();
		LocalRdsInstance target = this.cluster.readers().get(0);
		this.cluster.promote(target);
		execute(former, "INSERT INTO item VALUES ('lost-%d')".formatted(System.nanoTime()));
		insert("kept");
		this.cluster.awaitReplication();
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.failover(former))
			.withMessageContaining("takes writes still");
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.pauseReplay(former));
		this.cluster.failover();
		assertThat(query(former, "SELECT pg_is_in_recovery()")).isEqualTo("f");
		this.cluster.crash(former);
		this.cluster.restart(former);
		assertThat(query(former, "SELECT pg_is_in_recovery()")).isEqualTo("t");
		assertThat(query(former, "SELECT count(*) FROM item WHERE name LIKE 'lost%'")).isEqualTo("0");
	}

	@Test
	void restartWhenAllHaveCrashedKeepsRolesPortsAndData() throws SQLException {
		List<LocalRdsInstance> instances = this.cluster.instances();
		List<String> addresses = instances.stream().map(LocalRdsInstance::jdbcUrl).toList();
		insert("before the outage");
		this.cluster.awaitReplication();
		long before = count(this.cluster.writer());
		instances.forEach(this.cluster::crash);
		// The readers first: they are there without the writer, too.
		for (int index = instances.size() - 1; index >= 0; index--) {
			this.cluster.restart(instances.get(index));
			assertThat(count(instances.get(index))).isEqualTo(before);
		}
		assertThat(this.cluster.instances()).isEqualTo(instances);
		assertThat(instances).extracting(LocalRdsInstance::jdbcUrl).isEqualTo(addresses);
	}

	@Test
	void failoverWhenAnotherReaderIsAheadOfTargetRebuildsIt() throws SQLException {
		LocalRdsInstance behind = this.cluster.readers().get(0);
		LocalRdsInstance ahead = this.cluster.readers().get(1);
		this.cluster.freeze(behind);
		insert("never received by the reader that is promoted");
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> count(ahead) == count(this.cluster.writer()));
		this.cluster.crash(this.cluster.writer());
		LocalRdsInstance former = this.cluster.writer();
		this.cluster.thaw(behind);
		this.cluster.failover(behind);
		this.cluster.restart(former);
		assertThat(count(ahead)).isEqualTo(count(behind));
	}

	@Test
	void failoverWhenReaderIsFrozenReattachesItOnThaw() {
		LocalRdsInstance frozen = this.cluster.readers().get(0);
		this.cluster.freeze(frozen);
		LocalRdsInstance promoted = this.cluster.failover();
		assertThat(promoted).isNotSameAs(frozen);
		this.cluster.thaw(frozen);
	}

	@Test
	void crashWhenSessionsAreOpenBreaksThemAndRestartKeepsData() throws SQLException {
		LocalRdsInstance writer = this.cluster.writer();
		insert("before-crash");
		long before = count(writer);
		try (Connection session = connect(writer)) {
			this.cluster.crash(writer);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> session.createStatement().execute("SELECT 1"))
				.matches((ex) -> ex.getSQLState().startsWith("08"));
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(writer))
			.returns("08001", SQLException::getSQLState);
		this.cluster.restart(writer);
		assertThat(this.cluster.writer()).isSameAs(writer);
		assertThat(count(writer)).isEqualTo(before);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> admin(writer, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"),
					"2"::equals);
	}

	@Test
	void freezeWhenSessionIsOpenAnswersNothingUntilThaw() throws Exception {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		try (Connection session = connect(reader)) {
			this.cluster.freeze(reader);
			CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> value(session, "SELECT 'thawed'"));
			Properties properties = new Properties();
			properties.setProperty("user", this.cluster.username());
			properties.setProperty("password", this.cluster.password());
			properties.setProperty("loginTimeout", "1");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> DriverManager.getConnection(reader.jdbcUrl(), properties))
				.withMessageContaining("timed out")
				.withMessageNotContaining("refused");
			assertThat(answer).isNotDone();
			this.cluster.thaw(reader);
			assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("thawed");
		}
	}

	@Test
	void addReaderWhenWriterRunsAddsInstanceThatRemoveReaderTakesAway() throws SQLException {
		LocalRdsInstance added = this.cluster.addReader();
		assertThat(this.cluster.readers()).hasSize(3).contains(added);
		insert("for-the-added-reader");
		this.cluster.awaitReplication();
		assertThat(count(added)).isEqualTo(count(this.cluster.writer()));
		this.cluster.removeReader(added);
		assertThat(this.cluster.readers()).doesNotContain(added);
		assertThat(added.state()).isEqualTo(LocalRdsInstance.State.REMOVED);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(added))
			.returns("08001", SQLException::getSQLState);
	}

	@Test
	void removeReaderWhenReaderIsFrozenRemovesIt() throws SQLException {
		LocalRdsInstance added = this.cluster.addReader();
		this.cluster.freeze(added);
		this.cluster.removeReader(added);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(added))
			.returns("08001", SQLException::getSQLState);
	}

	@Test
	void controlsWhenStateDoesNotFitSayWhatIsAndWhatMustBe() {
		LocalRdsInstance writer = this.cluster.writer();
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.thaw(writer))
			.withMessage("%s is RUNNING, and must be [FROZEN] for this", writer.name());
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.restart(writer))
			.withMessage("%s is RUNNING, and must be [CRASHED] for this", writer.name());
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.removeReader(writer))
			.withMessage("%s is the writer, and a reader is needed", writer);
		assertThatIllegalStateException().isThrownBy(() -> this.cluster.failover(writer));
	}

	@Test
	void roleInRdsIamLogsInByTokenAlsoWhenTheWriterMoves(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster other = start(LocalRdsCluster.builder().iam())) {
			AddressClient client = new AddressClient(other, directory);
			assertThat(client.instance(other.writerAddress())).isEqualTo(other.writer().name());
			assertThat(client.instance(other.readerAddress())).isEqualTo(other.readers().get(0).name());
			LocalRdsInstance promoted = other.failover();
			assertThat(client.instance(other.writerAddress())).isEqualTo(promoted.name());
		}
	}

	@Test
	void roleWithSecretLogsInWithItsPasswordAfterARotation(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster other = start(LocalRdsCluster.builder().secretsManager())) {
			AddressClient client = new AddressClient(other, directory);
			String former = other.secret().password();
			client.login(other.writerAddress(), other.username(), former).close();
			other.secret().rotate();
			client.login(other.writerAddress(), other.username(), other.secret().password()).close();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> client.login(other.writerAddress(), other.username(), former))
				.satisfies((refusal) -> assertThat(refusal.getSQLState()).isEqualTo("28P01"));
		}
	}

	@Test
	void controlsWhenInstanceIsOfAnotherClusterRefuseIt() {
		try (LocalRdsCluster other = start(LocalRdsCluster.builder().readers(0))) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.crash(other.writer()))
				.withMessageContaining("is no instance of");
			assertThatIllegalStateException().isThrownBy(other::failover)
				.withMessageContaining("There is no running reader to promote");
		}
	}

	@Test
	void toStringWhenStartedHoldsNoPassword() {
		assertThat(this.cluster.toString() + this.cluster.writer() + new Login("someone", "secret"))
			.doesNotContain(this.cluster.password())
			.doesNotContain(this.cluster.writer().adminPassword())
			.doesNotContain("secret");
	}

	private void insert(String name) throws SQLException {
		execute(this.cluster.writer(), "INSERT INTO item VALUES ('%s-%d')".formatted(name, System.nanoTime()));
	}

	private long count(LocalRdsInstance instance) throws SQLException {
		return Long.parseLong(query(instance, "SELECT count(*) FROM item"));
	}

	private Connection connect(LocalRdsInstance instance) throws SQLException {
		return DriverManager.getConnection(instance.jdbcUrl() + "?loginTimeout=10&socketTimeout=20",
				this.cluster.username(), this.cluster.password());
	}

	private void assertRefused(LocalRdsInstance instance, String sql) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(instance, sql))
			.returns("42501", SQLException::getSQLState);
	}

	private void execute(LocalRdsInstance instance, String sql) throws SQLException {
		try (Connection connection = connect(instance); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private String query(LocalRdsInstance instance, String sql) throws SQLException {
		try (Connection connection = connect(instance)) {
			return value(connection, sql);
		}
	}

	private String admin(LocalRdsInstance instance, String sql) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(instance)) {
			return value(connection, sql);
		}
	}

	private static @Nullable String value(Connection connection, String sql) {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getString(1);
		}
		catch (SQLException ex) {
			throw new AssertionError(ex);
		}
	}

}
