package io.rdsboot.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Where addresses lead, and what tests do to their traffic. Each test leaves a writer and
 * two readers, and addresses that pass everything.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressTrafficTests {

	private LocalRdsCluster cluster;

	private AddressClient client;

	@BeforeAll
	void startCluster(@TempDir Path directory) throws Exception {
		this.cluster = LocalRdsCluster.builder().iam().readers(2).start();
		this.client = new AddressClient(this.cluster, directory);
	}

	@AfterAll
	void closeCluster() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@AfterEach
	void addressesPassEverything() throws SQLException {
		assertThat(this.client.instance(this.cluster.writerAddress())).isEqualTo(this.cluster.writer().name());
		assertThat(readersInTurn(2)).isEqualTo(names(this.cluster.readers()));
	}

	@Test
	void readerAddressWhenReadersComeAndGoFollows() throws SQLException {
		LocalRdsInstance added = this.cluster.addReader();
		assertThat(readersInTurn(3)).isEqualTo(names(this.cluster.readers())).contains(added.name());
		LocalRdsAddress address = this.cluster.address(added);
		assertThat(this.client.instance(address)).isEqualTo(added.name());
		this.cluster.removeReader(added);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.client.connect(address))
			.returns("08001", SQLException::getSQLState);
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.address(added))
			.withMessageContaining("is no instance of");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.writerAddress().pointTo(added));
	}

	@Test
	void readerAddressWhenThereIsNoReaderLeadsToWriter(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster other = LocalRdsCluster.builder().iam().readers(0).start()) {
			assertThat(new AddressClient(other, directory).instance(other.readerAddress()))
				.isEqualTo(other.writer().name());
		}
	}

	@Test
	void writerAddressWhenFailedOverLeadsToNewWriterAtOnce() throws SQLException {
		try (Connection former = this.client.connect(this.cluster.writerAddress())) {
			LocalRdsInstance writer = this.cluster.failover();
			assertThat(this.client.instance(this.cluster.writerAddress())).isEqualTo(writer.name());
			assertThat(this.client.instance(this.cluster.proxyAddress())).isEqualTo(writer.name());
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> AddressClient.value(former, "SELECT 1"))
				.returns("57P01", SQLException::getSQLState);
		}
	}

	@Test
	void pointToWhenConnectionIsOpenMovesNewOnesAlone() throws SQLException {
		LocalRdsAddress address = this.cluster.writerAddress();
		LocalRdsInstance reader = this.cluster.readers().get(0);
		try (Connection open = this.client.connect(address)) {
			address.pointTo(reader);
			assertThat(this.client.instance(address)).isEqualTo(reader.name());
			assertThat(AddressClient.value(open, "SHOW cluster_name")).isEqualTo(this.cluster.writer().name());
		}
		finally {
			address.follow();
		}
	}

	@Test
	void slowWhenAnswerIsLongDelaysItOnce() throws SQLException {
		LocalRdsAddress address = this.cluster.writerAddress();
		try (Connection connection = this.client.connect(address)) {
			address.slow(Duration.ofMillis(400));
			assertThat(millis(connection, "SELECT 1")).isBetween(400L, 20_000L);
			// Some 400 reads of the proxy's.
			assertThat(millis(connection, "SELECT repeat(md5(n::text), 1000) FROM generate_series(1, 100) n"))
				.isBetween(400L, 30_000L);
			address.slow(Duration.ofMinutes(10));
			address.restore();
			assertThat(millis(connection, "SELECT 1")).isLessThan(60_000L);
		}
		finally {
			address.restore();
		}
	}

	@Test
	void slowWhenRestoredReleasesAnswerThatIsHeldBack() throws Exception {
		LocalRdsAddress address = this.cluster.writerAddress();
		try (Connection connection = this.client.connect(address)) {
			address.slow(Duration.ofMinutes(10));
			CompletableFuture<String> answer = answer(connection);
			assertThat(answer).isNotDone();
			address.restore();
			assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("answer");
		}
		finally {
			address.restore();
		}
	}

	@Test
	void cutWhenConnectionIsOpenResetsItAndRefusesNewOnes() throws SQLException {
		LocalRdsAddress address = this.cluster.writerAddress();
		try (Connection connection = this.client.connect(address);
				Connection elsewhere = this.client.connect(this.cluster.proxyAddress())) {
			address.cut();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> AddressClient.value(connection, "SELECT 1"))
				.returns("08006", SQLException::getSQLState);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.client.connect(address))
				.withMessageContaining("refused")
				.returns("08001", SQLException::getSQLState);
			assertThat(elsewhere.isValid(5)).isTrue();
		}
		finally {
			address.restore();
		}
	}

	@Test
	void freezeWhenConnectionIsOpenAnswersNothingUntilRestored() throws Exception {
		LocalRdsAddress address = this.cluster.writerAddress();
		try (Connection patient = this.client.connect(address);
				Connection impatient = this.client.connect(address, "socketTimeout", "1")) {
			address.freeze();
			CompletableFuture<String> answer = answer(patient);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> AddressClient.value(impatient, "SELECT 1"))
				.returns("08006", SQLException::getSQLState)
				.withStackTraceContaining("Read timed out");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> this.client.connect(address, "loginTimeout", "1"))
				.withMessageContaining("timed out");
			assertThat(answer).isNotDone();
			address.restore();
			assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("answer");
		}
		finally {
			address.restore();
		}
	}

	@Test
	void cutWhenFrozenBreaksWhatWaited() throws Exception {
		LocalRdsAddress address = this.cluster.writerAddress();
		try (Connection connection = this.client.connect(address)) {
			address.freeze();
			CompletableFuture<String> answer = answer(connection);
			address.cut();
			assertThat(answer).failsWithin(Duration.ofSeconds(20));
		}
		finally {
			address.restore();
		}
	}

	@Test
	void serverWhenFrozenIsSilentBehindItsAddressAndWhenCrashedUnreachable() throws SQLException {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		LocalRdsAddress address = this.cluster.address(reader);
		try (Connection connection = this.client.connect(address)) {
			this.cluster.freeze(reader);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> this.client.connect(address, "loginTimeout", "1"))
				.withMessageContaining("timed out");
			this.cluster.crash(reader);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> AddressClient.value(connection, "SELECT 1"))
				.returns("08006", SQLException::getSQLState);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.client.connect(address))
				.returns("08001", SQLException::getSQLState);
		}
		finally {
			this.cluster.restart(reader);
		}
	}

	@Test
	void cancelWhenAddressStandsForSeveralServersReachesTheRightOne() throws Exception {
		for (int i = 0; i < 2; i++) {
			try (Connection connection = this.client.connect(this.cluster.readerAddress());
					Statement statement = connection.createStatement()) {
				LocalRdsInstance reader = instance(AddressClient.value(connection, "SHOW cluster_name"));
				CompletableFuture<Boolean> query = CompletableFuture
					.supplyAsync(() -> unchecked(() -> statement.execute("SELECT pg_sleep(15)")));
				Awaitility.await()
					.atMost(Duration.ofMinutes(1))
					.until(() -> admin(reader, "SELECT count(*) FROM pg_stat_activity WHERE query = "
							+ "'SELECT pg_sleep(15)' AND state = 'active'"), "1"::equals);
				statement.cancel();
				assertThat(query).failsWithin(Duration.ofSeconds(20))
					.withThrowableThat()
					.havingRootCause()
					.isInstanceOf(SQLException.class)
					.returns("57014", (ex) -> ((SQLException) ex).getSQLState());
			}
		}
	}

	@Test
	void connectionsWhenFortyComeAtOnceAreAllServed() {
		ExecutorService threads = Executors.newFixedThreadPool(40);
		try {
			List<CompletableFuture<String>> answers = IntStream.range(0, 40)
				.mapToObj((number) -> CompletableFuture
					.supplyAsync(() -> unchecked(() -> this.client.instance(this.cluster.writerAddress())), threads))
				.toList();
			assertThat(answers).allSatisfy((answer) -> assertThat(answer).succeedsWithin(Duration.ofSeconds(30))
				.isEqualTo(this.cluster.writer().name()));
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static CompletableFuture<String> answer(Connection connection) {
		return CompletableFuture.supplyAsync(() -> unchecked(() -> AddressClient.value(connection, "SELECT 'answer'")));
	}

	private static <T> T unchecked(SqlSupplier<T> supplier) {
		try {
			return supplier.get();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Set<String> readersInTurn(int number) throws SQLException {
		Set<String> names = new HashSet<>();
		for (int i = 0; i < number; i++) {
			names.add(this.client.instance(this.cluster.readerAddress()));
		}
		return names;
	}

	private static Set<String> names(List<LocalRdsInstance> instances) {
		return instances.stream().map(LocalRdsInstance::name).collect(Collectors.toSet());
	}

	private LocalRdsInstance instance(String name) {
		return this.cluster.instances()
			.stream()
			.filter((instance) -> instance.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private String admin(LocalRdsInstance instance, String sql) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(instance)) {
			return AddressClient.value(connection, sql);
		}
	}

	private static long millis(Connection connection, String sql) throws SQLException {
		long startNanos = System.nanoTime();
		AddressClient.value(connection, sql);
		return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
	}

	private interface SqlSupplier<T> {

		T get() throws SQLException;

	}

}
