package io.rdsboot.move.read;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.move.Side;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MoveReads}, with sessions on a source that a target follows.
 */
@ExtendWith(OutputCaptureExtension.class)
class MoveReadsTests {

	/**
	 * Keys in and beyond a share of half.
	 */
	private static final String IN = "user-3";

	private static final String OUT = "user-1";

	private static LocalRdsCluster sourceCluster;

	private static LocalRdsCluster targetCluster;

	private static ReplicatedDatabase database;

	private static RdsDataSource source;

	private static TargetProgress progress;

	private final AtomicReference<String> key = new AtomicReference<>(IN);

	private final MoveReads reads = MoveReads.builder(progress, this.key::get)
		.share(ReadShare.ofPercent("50"))
		.maxLag(Duration.ofMinutes(5))
		.build();

	private ConsistencySession.Binding session;

	@BeforeAll
	static void start() {
		sourceCluster = ReplicatedDatabase.startCluster();
		targetCluster = ReplicatedDatabase.startCluster();
		database = ReplicatedDatabase.create(sourceCluster, targetCluster, "CREATE TABLE item (id serial PRIMARY KEY)",
				"streaming = off");
		source = RdsDataSource.builder()
			.writer(sourceCluster.writer().host() + ":" + sourceCluster.writer().port())
			.database(database.name())
			.credentials(sourceCluster.writer().adminUsername(), sourceCluster.writer().adminPassword())
			.build();
		progress = TargetProgress.builder(database.source(), database.name())
			.pollInterval(Duration.ofMillis(10))
			.build();
	}

	@AfterAll
	static void stop() {
		progress.close();
		source.close();
		sourceCluster.close();
		targetCluster.close();
	}

	@BeforeEach
	void openSession() {
		awaitTarget(System.nanoTime());
		this.session = ConsistencySession.open().bind();
	}

	@AfterEach
	void closeSession() {
		this.session.close();
		database.resume();
	}

	private static LogProgress awaitTarget(long time) {
		return Awaitility.await()
			.until(progress::current, (current) -> current != null && current.includesCommitsUntil(time));
	}

	/**
	 * Waits on the thread that the session is bound to.
	 */
	private static void awaitTarget(MoveReads reads) {
		Awaitility.await().pollInSameThread().until(reads::decide, (decision) -> decision == ReadSide.TARGET_SHARE);
	}

	@Test
	void keysOfTheShareReadAtTheTarget() {
		assertThat(this.reads.decide()).isEqualTo(ReadSide.TARGET_SHARE);
		assertThat(this.reads.decide(OUT)).isEqualTo(ReadSide.SOURCE_SHARE);
		this.reads.share(ReadShare.ALL);
		assertThat(this.reads.decide(OUT)).isEqualTo(ReadSide.TARGET_SHARE);
		this.reads.share(ReadShare.NONE);
		assertThat(this.reads.decide(IN)).isEqualTo(ReadSide.SOURCE_SHARE);
	}

	@Test
	void readsWithoutKeyStayUntilAllGo() {
		this.key.set(null);
		assertThat(this.reads.decide()).isEqualTo(ReadSide.SOURCE_NO_KEY);
		this.reads.share(ReadShare.ALL);
		assertThat(this.reads.decide()).isEqualTo(ReadSide.TARGET_SHARE);
	}

	@Test
	void sessionThatHasWrittenReadsAtTheSourceUntilTheTargetHasItsWrite() {
		database.pause();
		assertThat(this.reads.decide()).isEqualTo(ReadSide.TARGET_SHARE);
		Integer id = write();
		assertThat(this.reads.decide()).isEqualTo(ReadSide.SOURCE_OWN_WRITE);
		ConsistencySession.Binding other = ConsistencySession.open().bind();
		assertThat(this.reads.decide()).isEqualTo(ReadSide.TARGET_SHARE);
		other.close();
		database.resume();
		awaitTarget(this.reads);
		assertThat(database.inTarget().queryForList("SELECT id FROM item", Integer.class)).contains(id);
	}

	private static Integer write() {
		return new JdbcTemplate(source).queryForObject("INSERT INTO item DEFAULT VALUES RETURNING id", Integer.class);
	}

	@Test
	void sessionDoesNotSeeTimeGoBackwards() throws SQLException {
		database.pause();
		database.inSource().execute("INSERT INTO item DEFAULT VALUES");
		try (Connection connection = source.getConnection()) {
			connection.setReadOnly(true);
			connection.createStatement().executeQuery("SELECT id FROM item").close();
		}
		assertThat(this.reads.decide()).isEqualTo(ReadSide.SOURCE_ALREADY_READ);
		database.resume();
		awaitTarget(this.reads);
	}

	@Test
	void tokenOfAnotherRequestCounts() {
		ConsistencyTokens tokens = ConsistencyTokens.builder("app").writerLog(source.monitor()).build();
		database.pause();
		write();
		ConsistencyToken token = tokens.capture();
		assertThat(token.position()).isNotNull();
		tokens.resume(token, () -> {
			assertThat(this.reads.decide()).isEqualTo(ReadSide.SOURCE_ALREADY_READ);
			database.resume();
			awaitTarget(this.reads);
		});
	}

	@Test
	void targetThatLagsTooMuchServesNobody() {
		MoveReads impatient = MoveReads.builder(progress, this.key::get)
			.share(ReadShare.ALL)
			.maxLag(Duration.ofMillis(300))
			.build();
		awaitTarget(impatient);
		database.pause();
		Awaitility.await().until(() -> {
			database.inSource().execute("INSERT INTO item DEFAULT VALUES");
			return impatient.decide() == ReadSide.SOURCE_TARGET_BEHIND;
		});
		database.resume();
		awaitTarget(impatient);
	}

	@Test
	void targetOfWhichNothingIsKnownServesNobody() {
		try (TargetProgress none = TargetProgress.builder(database.source(), "elsewhere").build()) {
			MoveReads reads = MoveReads.builder(none, this.key::get).share(ReadShare.ALL).build();
			assertThat(reads.decide()).isEqualTo(ReadSide.SOURCE_TARGET_BEHIND);
		}
	}

	@Test
	void resolverThatFailsIsToldOnce(CapturedOutput output) {
		MoveReads reads = MoveReads.builder(progress, () -> {
			throw new IllegalStateException("no tenant");
		}).share(ReadShare.ofPercent("99")).build();
		assertThat(reads.decide()).isEqualTo(ReadSide.SOURCE_NO_KEY);
		assertThat(reads.decide()).isEqualTo(ReadSide.SOURCE_NO_KEY);
		assertThat(output).containsOnlyOnce("does not name a key");
	}

	@Test
	void decisionsAreCountedBySideAndReason() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		MoveReads reads = MoveReads.builder(progress, this.key::get)
			.share(ReadShare.ofPercent("50"))
			.listener(new ReadSideMetrics(registry))
			.maxLag(Duration.ofMinutes(5))
			.build();
		reads.decide(IN);
		reads.decide(OUT);
		reads.decide(OUT);
		reads.decide(null);
		Map<ReadSide, Double> expected = Map.of(ReadSide.TARGET_SHARE, 1.0, ReadSide.SOURCE_SHARE, 2.0,
				ReadSide.SOURCE_NO_KEY, 1.0);
		for (ReadSide each : ReadSide.values()) {
			assertThat(registry.get("rds.move.reads")
				.tag("side", (each.side() == Side.TARGET) ? "target" : "source")
				.tag("reason", each.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.counter()
				.count()).as(each.name()).isEqualTo(expected.getOrDefault(each, 0.0));
		}
	}

	@Test
	void lagMustBePositive() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MoveReads.builder(progress, this.key::get).maxLag(Duration.ZERO))
			.withMessage("max lag of reads at the target must be at least 1 ms, but is PT0S");
	}

}
