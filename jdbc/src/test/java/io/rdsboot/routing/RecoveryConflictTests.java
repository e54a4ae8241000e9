package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.routing.failure.ReadCancelledException;
import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.routing.selection.ReaderFallback;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of reads that a replica cancels because its replay of the log needs what they
 * hold.
 */
@ExtendWith(OutputCaptureExtension.class)
class RecoveryConflictTests {

	private static RecoveryConflict conflict;

	private static LocalRdsCluster cluster;

	private PublishedCluster watched;

	private JdbcTemplate reading;

	private ConsistencySession.Binding session;

	@BeforeAll
	static void startCluster() {
		conflict = RecoveryConflict.startCluster();
		cluster = conflict.cluster();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() {
		this.watched = new PublishedCluster(cluster, Duration.ofSeconds(1), Duration.ofSeconds(5));
		this.reading = new JdbcTemplate(ReadOnlyDataSource.of(this.watched.dataSource));
		this.session = ConsistencySession.ofBareThread().bind();
		conflict.clear();
	}

	@AfterEach
	void stop() {
		this.session.close();
		int lent = cluster.instances().stream().mapToInt((each) -> this.watched.pool(each).activeConnections()).sum();
		this.watched.close();
		assertThat(lent).as("connections that were not given back").isZero();
	}

	@Test
	void cancelledReadSaysWhatItWasAndWhatToDo() {
		LocalRdsInstance reader = nextReader();
		Throwable failure = conflict.whileReading(reader,
				() -> catchThrowable(() -> inReadOnlyTransaction(this::query)));
		assertThat(failure).isExactlyInstanceOf(ReadCancelledException.class)
			.hasMessageContaining("the replica 127.0.0.1:%d cancelled the read", reader.port())
			.hasMessageContaining("may be repeated")
			.hasMessageContaining("hot_standby_feedback")
			.hasMessageContaining("max_standby_streaming_delay")
			.hasMessageContaining("Reads.fromWriter");
		assertThat(((ReadCancelledException) failure).getInstance())
			.hasValueSatisfying((instance) -> assertThat(instance.address().port()).isEqualTo(reader.port()));
		assertThat(new SafeToRepeat().test(failure)).isTrue();
	}

	@Test
	void readOnlyTransactionIsRepeatedOnAnotherReader() {
		LocalRdsInstance reader = nextReader();
		List<Integer> answers = new ArrayList<>();
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).build();
		int answered = conflict.whileReading(reader, () -> retry.executeReadOnly((status) -> {
			answers.add(1);
			return query();
		}));
		assertThat(answers).hasSize(2);
		assertThat(answered).isEqualTo(otherReader(reader).port());
	}

	@Test
	void readOnlyTransactionIsRepeatedOnTheWriterWhereThereIsNoOtherReader() {
		LocalRdsInstance reader = nextReader();
		publishOnly(reader);
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).build();
		List<Integer> repeatedAndNext = conflict.whileReading(reader,
				() -> List.of(retry.executeReadOnly((status) -> query()), inReadOnlyTransaction(this::query)));
		assertThat(repeatedAndNext).containsExactly(cluster.writer().port(), reader.port());
	}

	@Test
	void readerThatHasCancelledServesTheRepetitionWhereTheWriterServesNoReads() {
		this.watched.close();
		this.watched = new PublishedCluster(cluster, Duration.ofSeconds(1), Duration.ofSeconds(5),
				(builder) -> builder.readerFallback(ReaderFallback.FAIL));
		LocalRdsInstance reader = nextReader();
		publishOnly(reader);
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).build();
		int answered = conflict.whileReading(reader, () -> retry.executeReadOnly((status) -> query()));
		assertThat(answered).isEqualTo(reader.port());
	}

	@Test
	void queryOutsideATransactionIsRepeatedOnAnotherReader() {
		LocalRdsInstance reader = nextReader();
		this.reading.setMaxRows(2);
		List<Integer> answered = conflict.whileReading(reader,
				() -> this.reading.queryForList(RecoveryConflict.QUERY + ", generate_series(1, 3)", Integer.class));
		assertThat(answered).hasSize(2).containsOnly(otherReader(reader).port());
	}

	@Test
	void preparedQueryOutsideATransactionIsRepeatedWithItsParameters() {
		LocalRdsInstance reader = nextReader();
		List<Integer> answered = conflict.whileReading(reader,
				() -> this.reading.queryForList(RecoveryConflict.QUERY + ", generate_series(1, ?)", Integer.class, 3));
		assertThat(answered).hasSize(3).containsOnly(otherReader(reader).port());
	}

	@Test
	void queryOfAnOpenSessionIsRepeatedOnAnotherInstance() {
		LocalRdsInstance reader = nextReader();
		JdbcTemplate session = new JdbcTemplate(new SessionDataSource(this.watched.dataSource));
		int answered = conflict.whileReading(reader,
				() -> session.queryForObject(RecoveryConflict.QUERY + " WHERE ? = 1", Integer.class, 1));
		assertThat(answered).isEqualTo(otherReader(reader).port());
	}

	@Test
	void queryThatMayRelyOnWhatItsConnectionDidBeforeIsNotRepeated() {
		LocalRdsInstance reader = nextReader();
		Throwable failure = conflict.whileReading(reader, () -> catchThrowable(() -> {
			try (Connection connection = ReadOnlyDataSource.of(this.watched.dataSource).getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("SELECT 1");
				statement.executeQuery(RecoveryConflict.QUERY);
			}
		}));
		assertThat(failure).isInstanceOfSatisfying(SQLException.class,
				(ex) -> assertThat(ex.getSQLState()).isEqualTo("40001"));
	}

	@Test
	void sessionThatTheReplicaEndsInAPauseOfItsTransactionIsToldAlike(CapturedOutput output) {
		List<Throwable> failures = new ArrayList<>();
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).build();
		retry.executeReadOnly((status) -> {
			int port = this.watched.jdbc.queryForObject("SELECT coalesce(max(port), inet_server_port()) FROM slow_on",
					Integer.class);
			if (failures.isEmpty()) {
				conflict.writer().execute("BEGIN; LOCK TABLE slow_on IN ACCESS EXCLUSIVE MODE; COMMIT");
				conflict.awaitNoSession(reader(port), "state = 'idle in transaction'");
				failures.add(catchThrowable(this::query));
				assertThat(failures.get(0)).isExactlyInstanceOf(ReadCancelledException.class)
					.hasMessageContaining("127.0.0.1:" + port);
				throw (RuntimeException) failures.get(0);
			}
			return port;
		});
		assertThat(failures).hasSize(1);
		assertThat(output).doesNotContain("lost in use");
	}

	@Test
	void serializationFailureOfTheWriterStaysWhatItIs() {
		this.watched.jdbc.update("INSERT INTO slow_on VALUES (0)");
		TransactionTemplate repeatable = new TransactionTemplate(this.watched.transactionManager);
		repeatable.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		Throwable failure = catchThrowable(() -> repeatable.execute((status) -> {
			this.watched.jdbc.queryForList("SELECT port FROM slow_on");
			conflict.writer().update("UPDATE slow_on SET port = -1");
			return this.watched.jdbc.update("UPDATE slow_on SET port = -2");
		}));
		assertThat(failure).isInstanceOf(ConcurrencyFailureException.class)
			.isNotInstanceOf(ReadCancelledException.class);
		assertThat(new SafeToRepeat().test(failure)).isTrue();
	}

	private int query() {
		return this.watched.jdbc.queryForObject(RecoveryConflict.QUERY, Integer.class);
	}

	private <T> T inReadOnlyTransaction(Supplier<T> work) {
		TransactionTemplate readOnly = new TransactionTemplate(this.watched.transactionManager);
		readOnly.setReadOnly(true);
		return readOnly.execute((status) -> work.get());
	}

	/**
	 * Returns the reader whose turn it is after a read.
	 */
	private LocalRdsInstance nextReader() {
		int last = inReadOnlyTransaction(this::query);
		return cluster.readers().stream().filter((each) -> each.port() != last).findFirst().orElseThrow();
	}

	private static LocalRdsInstance reader(int port) {
		return cluster.readers().stream().filter((each) -> each.port() == port).findFirst().orElseThrow();
	}

	private static LocalRdsInstance otherReader(LocalRdsInstance reader) {
		return cluster.readers().stream().filter((each) -> each != reader).findFirst().orElseThrow();
	}

	/**
	 * Publishes a cluster that has one reader.
	 */
	private void publishOnly(LocalRdsInstance reader) {
		this.watched.topology.publish(
				new InstanceState(RoutedCluster.instance(cluster.writer(), 1), InstanceRole.WRITER, true),
				new InstanceState(RoutedCluster.instance(reader, 1), InstanceRole.READER, true));
	}

}
