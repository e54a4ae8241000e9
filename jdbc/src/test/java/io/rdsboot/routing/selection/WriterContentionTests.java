package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.rdsboot.pool.borrow.PoolClosedException;
import io.rdsboot.pool.borrow.PoolDeadlockException;
import io.rdsboot.pool.borrow.PoolExhaustedException;
import io.rdsboot.routing.PublishedCluster;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of the wait for a connection to a writer that is well but has none to spare.
 */
@SuppressWarnings("try")
class WriterContentionTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(1).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void borrowersAreServedInTheOrderOfTheirArrival() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			List<Connection> held = exhaust(watched);
			LinkedBlockingQueue<Integer> served = new LinkedBlockingQueue<>();
			CountDownLatch end = new CountDownLatch(1);
			List<Thread> borrowers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				int number = i;
				Thread borrower = new Thread(() -> {
					try (Connection connection = borrow(watched)) {
						served.add(number);
						end.await(20, TimeUnit.SECONDS);
					}
					catch (Exception ex) {
						served.add(-1);
					}
				});
				borrower.start();
				borrowers.add(borrower);
				Awaitility.await().until(() -> watched.pool(cluster.writer()).waitingThreads() == number + 1);
				// Longer than a borrower once waited in a pool at a time.
				awaitWaiting(borrower, Duration.ofMillis(250));
			}
			for (int i = 0; i < 3; i++) {
				held.get(i).close();
				assertThat(served.poll(20, TimeUnit.SECONDS)).isEqualTo(i);
			}
			end.countDown();
			for (Thread borrower : borrowers) {
				borrower.join(20_000);
			}
			held.get(3).close();
		}
	}

	@Test
	void exhaustedPoolSaysHowLongWasWaitedAndWhatToDoAndCountsOneTimeout() throws SQLException {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, Duration.ofSeconds(1))) {
			List<Connection> held = exhaust(watched);
			PoolExhaustedException failure = catchThrowableOfType(PoolExhaustedException.class, () -> borrow(watched));
			assertThat(failure.getWaited()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
			assertThat((Throwable) failure)
				.hasMessageStartingWith("No connection to writer 127.0.0.1:%d came free within %d ms: 4 of at most 4"
					.formatted(cluster.writer().port(), failure.getWaited().toMillis()))
				.hasMessageContaining("0 idle")
				.hasMessageContaining("longest held by '" + Thread.currentThread().getName() + "' for ")
				.hasMessageContaining("rds.pool.writer.maximum-pool-size")
				.hasMessageContaining("rds.pool.writer.leak-detection-threshold");
			assertThat(watched.timeouts.get()).isOne();
			giveBack(held);
		}
	}

	@Test
	void borrowerThatIsWokenIsNotInterrupted() throws Exception {
		try (LocalRdsCluster own = LocalRdsCluster.builder().readers(1).start();
				PublishedCluster watched = new PublishedCluster(own, LONG, LONG)) {
			LocalRdsInstance writer = own.writer();
			List<Connection> held = exhaust(watched);
			CompletableFuture<Boolean> interrupted = CompletableFuture.supplyAsync(() -> {
				try (Connection connection = borrow(watched)) {
					return Thread.currentThread().isInterrupted();
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			Awaitility.await().until(() -> watched.pool(writer).waitingThreads() > 0);
			watched.publishWriter(own.promote(), true);
			assertThat(interrupted.get(20, TimeUnit.SECONDS)).isFalse();
			giveBack(held);
		}
	}

	@Test
	void interruptOfTheApplicationsEndsTheWaitAndStays() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			List<Connection> held = exhaust(watched);
			AtomicReference<SQLException> failure = new AtomicReference<>();
			AtomicReference<Boolean> interrupted = new AtomicReference<>();
			Thread borrower = new Thread(() -> {
				failure.set(catchThrowableOfType(SQLException.class, () -> borrow(watched)));
				interrupted.set(Thread.currentThread().isInterrupted());
			});
			borrower.start();
			Awaitility.await().until(() -> watched.pool(cluster.writer()).waitingThreads() > 0);
			borrower.interrupt();
			borrower.join(20_000);
			assertThat((Throwable) failure.get()).hasMessageContaining("Interrupted");
			assertThat(interrupted.get()).isTrue();
			giveBack(held);
		}
	}

	@Test
	void transactionsTimeoutEndsItsWaitForAConnection() throws SQLException {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			List<Connection> held = exhaust(watched);
			assertTimesOut(watched, false, "No connection to writer");
			giveBack(held);
			watched.publishNoWriter();
			assertTimesOut(watched, false, "No writer was available");
		}
	}

	@Test
	void transactionsTimeoutEndsItsWaitForAReader() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			List<Connection> held = new ArrayList<>();
			for (int i = 0; i < PublishedCluster.POOL_SIZE; i++) {
				held.add(borrowForReading(watched));
			}
			assertTimesOut(watched, true, "No connection to reader");
			giveBack(held);
			watched.publishReadersLost();
			List<Connection> fallbacks = List.of(borrowLater(watched).get(20, TimeUnit.SECONDS),
					borrowLater(watched).get(20, TimeUnit.SECONDS));
			assertTimesOut(watched, true, "rds.routing.maximum-fallbacks");
			giveBack(fallbacks);
		}
	}

	private static void assertTimesOut(PublishedCluster watched, boolean readOnly, String reason) {
		TransactionTemplate transaction = new TransactionTemplate(watched.transactionManager);
		transaction.setTimeout(1);
		transaction.setReadOnly(readOnly);
		long begin = System.nanoTime();
		Throwable failure;
		try (ConsistencySession.Binding session = ConsistencySession.ofBareThread().bind()) {
			failure = catchThrowable(() -> transaction.execute((status) -> watched.answeringPort()));
		}
		assertThat(failure).isInstanceOf(QueryTimeoutException.class)
			.hasMessageContaining("The transaction's own time-out ended")
			.hasMessageContaining(reason);
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(900),
				Duration.ofSeconds(15));
		assertThat(new SafeToRepeat().test(failure)).isFalse();
	}

	@Test
	void nestedTransactionThatWouldWaitForItsLikeFailsAtOnceAndTheOthersGoOn() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			CyclicBarrier allHoldOne = new CyclicBarrier(PublishedCluster.POOL_SIZE);
			long begin = System.nanoTime();
			List<Throwable> failures = inThreads(PublishedCluster.POOL_SIZE, () -> watched.inTransaction(() -> {
				watched.answeringPort();
				await(allHoldOne);
				return nested(watched, false);
			}));
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG.dividedBy(2));
			assertThat(failures).hasSize(1);
			assertThat(failures.get(0)).hasCauseInstanceOf(PoolDeadlockException.class)
				.hasMessageContaining("All 4 connections")
				.hasMessageContaining("4 threads")
				.hasMessageContaining("rds.pool.writer.maximum-pool-size to 5 or more");
			assertThat(new SafeToRepeat().test(failures.get(0))).isTrue();
		}
	}

	@Test
	void nestedTransactionsWaitWhileOneThreadOfAllIsAtWork() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			CyclicBarrier allHoldOne = new CyclicBarrier(PublishedCluster.POOL_SIZE);
			AtomicInteger number = new AtomicInteger();
			List<Throwable> failures = inThreads(PublishedCluster.POOL_SIZE, () -> watched.inTransaction(() -> {
				watched.answeringPort();
				await(allHoldOne);
				if (number.incrementAndGet() < PublishedCluster.POOL_SIZE) {
					return nested(watched, false);
				}
				Awaitility.await()
					.until(() -> watched.pool(cluster.writer()).waitingThreads() == PublishedCluster.POOL_SIZE - 1);
				return 0;
			}));
			assertThat(failures).isEmpty();
		}
	}

	@Test
	void connectionThatAnotherThreadMayGiveBackIsNoDeadlock() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			List<Connection> held = exhaust(watched);
			CompletableFuture<Void> givingBack = CompletableFuture.runAsync(() -> {
				Awaitility.await().until(() -> watched.pool(cluster.writer()).waitingThreads() > 0);
				JdbcUtils.closeConnection(held.get(0));
			});
			borrow(watched).close();
			givingBack.get(20, TimeUnit.SECONDS);
			giveBack(held);
		}
	}

	@Test
	void nestedReadOfOneThatReadsFromTheWriterInPlaceOfAReaderNeedsNoSecondPermission() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, Duration.ofSeconds(5))) {
			watched.publishReadersLost();
			CyclicBarrier allHoldOne = new CyclicBarrier(PublishedCluster.POOL_SIZE / 2);
			List<Throwable> failures = inThreads(PublishedCluster.POOL_SIZE / 2, () -> reading(watched, () -> {
				watched.answeringPort();
				await(allHoldOne);
				return nested(watched, true);
			}));
			assertThat(failures).isEmpty();
		}
	}

	@Test
	void connectionsThatLeakTakeNoPermissionToReadFromTheWriter() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			watched.publishReadersLost();
			// Kept until the next one waits: the collector may run at any time.
			AtomicReference<@Nullable Connection> leaked = new AtomicReference<>(
					borrowLater(watched).get(20, TimeUnit.SECONDS));
			Connection aborted = borrowLater(watched).get(20, TimeUnit.SECONDS);
			CompletableFuture<Connection> next = borrowLater(watched);
			Awaitility.await().during(Duration.ofMillis(300)).until(() -> !next.isDone());
			leaked.set(null);
			aborted.unwrap(PgConnection.class).abort(Runnable::run);
			Connection second = next.get(20, TimeUnit.SECONDS);
			CompletableFuture<Connection> third = borrowLater(watched);
			Awaitility.await().until(() -> {
				System.gc();
				return third.isDone();
			});
			third.get().close();
			second.close();
			aborted.close();
		}
	}

	@Test
	void poolThatIsClosedEndsTheWaitsForIt() throws Exception {
		PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG);
		exhaust(watched);
		CompletableFuture<Throwable> failure = CompletableFuture
			.supplyAsync(() -> catchThrowable(() -> watched.inTransaction(watched::answeringPort)));
		Awaitility.await().until(() -> watched.pool(cluster.writer()).waitingThreads() > 0);
		watched.close();
		assertThat(failure.get(20, TimeUnit.SECONDS)).isExactlyInstanceOf(TransactionNotCommittedException.class)
			.hasCauseInstanceOf(PoolClosedException.class);
	}

	@Test
	void dataSourceThatIsClosedWaitsForNoWriterAndServesAsBefore() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(cluster, LONG, LONG)) {
			watched.publishNoWriter();
			CompletableFuture<Throwable> failure = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> watched.inTransaction(watched::answeringPort)));
			Awaitility.await().until(() -> watched.topology.checks.get() > 0);
			watched.dataSource.close();
			assertThat(failure.get(20, TimeUnit.SECONDS)).isExactlyInstanceOf(TransactionNotCommittedException.class)
				.hasMessageContaining("the application is shutting down")
				.hasCauseInstanceOf(NoWriterAvailableException.class);
			watched.publishWriter(cluster.writer(), true);
			assertThat(watched.inTransaction(watched::answeringPort)).isEqualTo(cluster.writer().port());
		}
	}

	private static List<Throwable> inThreads(int number, Supplier<@Nullable Object> work) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(number);
		try {
			List<Throwable> failures = new ArrayList<>();
			Callable<Throwable> thread = () -> catchThrowable(work::get);
			for (Future<Throwable> failure : threads.invokeAll(Collections.nCopies(number, thread))) {
				if (failure.get() != null) {
					failures.add(failure.get());
				}
			}
			return failures;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Object nested(PublishedCluster watched, boolean readOnly) {
		TransactionTemplate nested = new TransactionTemplate(watched.transactionManager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		nested.setReadOnly(readOnly);
		return nested.execute((status) -> watched.answeringPort());
	}

	private static @Nullable Object reading(PublishedCluster watched, Supplier<@Nullable Object> work) {
		TransactionTemplate reading = new TransactionTemplate(watched.transactionManager);
		reading.setReadOnly(true);
		try (ConsistencySession.Binding session = ConsistencySession.ofBareThread().bind()) {
			return reading.execute((status) -> work.get());
		}
	}

	/**
	 * Borrows on a thread of its own, because one that has a permission needs no second.
	 */
	private static CompletableFuture<Connection> borrowLater(PublishedCluster watched) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return borrowForReading(watched);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> new Thread(task).start());
	}

	private static Connection borrowForReading(PublishedCluster watched) throws SQLException {
		try (ConsistencySession.Binding session = ConsistencySession.ofBareThread().bind()) {
			return borrowForReadingInSession(watched);
		}
	}

	private static Connection borrowForReadingInSession(PublishedCluster watched) throws SQLException {
		Connection connection = watched.dataSource.getConnection();
		connection.setAutoCommit(false);
		connection.setReadOnly(true);
		connection.createStatement().execute("SELECT 1");
		return connection;
	}

	private static void awaitWaiting(Thread thread, Duration duration) {
		Awaitility.await().during(duration).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
	}

	private static Connection borrow(PublishedCluster watched) throws SQLException {
		Connection connection = watched.dataSource.getConnection();
		connection.createStatement().execute("SELECT 1");
		return connection;
	}

	private static List<Connection> exhaust(PublishedCluster watched) throws SQLException {
		List<Connection> held = new ArrayList<>();
		for (int i = 0; i < PublishedCluster.POOL_SIZE; i++) {
			held.add(borrow(watched));
		}
		return held;
	}

	private static void giveBack(List<Connection> held) throws SQLException {
		for (Connection connection : held) {
			connection.close();
		}
	}

}
