package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.micrometer.context.ContextRegistry;
import io.rdsboot.routing.ReadConsistency;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what work on other threads reads after its caller has written, while the
 * reader replays nothing: only who reads from the writer can see it.
 */
@LocalRds(readers = 1)
@SpringBootTest(classes = WorkOnOtherThreadsTests.NotesApplication.class, webEnvironment = WebEnvironment.NONE,
		properties = { "spring.flyway.enabled=false", "spring.task.execution.mode=force",
				"spring.task.scheduling.pool.size=1" })
class WorkOnOtherThreadsTests {

	private static final long LONGEST_WAIT = 20;

	@Autowired
	private LocalRdsCluster cluster;

	@Autowired
	private Notes notes;

	@Autowired
	private AsyncNotes asyncNotes;

	@Autowired
	private ConsistencyTokens tokens;

	@Autowired
	private AsyncTaskExecutor applicationTaskExecutor;

	@Autowired
	private SimpleAsyncTaskExecutorBuilder simpleAsyncTaskExecutorBuilder;

	@Autowired
	private TaskScheduler taskScheduler;

	@Autowired
	private OwnExecutorConfiguration own;

	private final String note = UUID.randomUUID().toString();

	private ConsistencySession.Binding request;

	@BeforeEach
	void beginRequestWhileTheReaderReplaysNothing() {
		this.notes.createTable();
		this.cluster.awaitReplication();
		this.cluster.pauseReplay(this.cluster.readers().get(0));
		this.request = ConsistencySession.open().bind();
	}

	@AfterEach
	void endRequest() {
		this.request.close();
		this.cluster.resumeReplay(this.cluster.readers().get(0));
	}

	@Test
	void asyncReadSeesWhatItsCallerHasWritten() throws Exception {
		this.notes.write(this.note);
		assertThat(get(this.asyncNotes.exists(this.note))).isTrue();
	}

	@Test
	void asyncReadGoesToAReaderOnceThatHasCaughtUp() {
		this.notes.write(this.note);
		this.cluster.resumeReplay(this.cluster.readers().get(0));
		Awaitility.await()
			.atMost(Duration.ofSeconds(LONGEST_WAIT))
			.pollInSameThread()
			.until(() -> get(this.asyncNotes.port()), (port) -> port == this.cluster.readers().get(0).port());
		assertThat(this.notes.exists(this.note)).isTrue();
	}

	@Test
	void callerSeesWhatAsyncWorkHasWritten() throws Exception {
		get(this.asyncNotes.write(this.note));
		assertThat(this.notes.exists(this.note)).isTrue();
	}

	@Test
	void asyncReadOnAnExecutorOfTheApplicationsSeesWhatItsCallerHasWritten() throws Exception {
		this.notes.write(this.note);
		int decorated = this.own.decorated.get();
		assertThat(get(this.asyncNotes.existsOnOwnExecutor(this.note))).isTrue();
		assertThat(this.own.decorated).hasValue(decorated + 1);
	}

	@Test
	void readOnAThreadOfItsOwnSeesWhatItsCallerHasWritten() throws Exception {
		this.notes.write(this.note);
		Executor executor = this.simpleAsyncTaskExecutorBuilder.build();
		assertThat(get(CompletableFuture.supplyAsync(() -> this.notes.exists(this.note), executor))).isTrue();
	}

	@Test
	void completableFutureSeesItOnTheExecutorOfTheApplicationOnly() throws Exception {
		this.notes.write(this.note);
		Supplier<Boolean> read = () -> this.notes.exists(this.note);
		assertThat(get(CompletableFuture.supplyAsync(read))).isFalse();
		assertThat(get(CompletableFuture.supplyAsync(read, this.applicationTaskExecutor))).isTrue();
	}

	@Test
	void monoSeesWhatItsCallerHasWritten() {
		this.notes.write(this.note);
		// As spring.reactor.context-propagation=auto does.
		Hooks.enableAutomaticContextPropagation();
		try {
			assertThat(Mono.fromCallable(() -> this.notes.exists(this.note))
				.subscribeOn(Schedulers.boundedElastic())
				.block(Duration.ofSeconds(LONGEST_WAIT))).isTrue();
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
	}

	@Test
	void messageOfAnyKindCarriesATokenInALine() throws Exception {
		BlockingQueue<String> queue = new LinkedBlockingQueue<>();
		this.notes.write(this.note);
		queue.add(this.tokens.encode(this.tokens.capture()));
		CompletableFuture<Boolean> seen = new CompletableFuture<>();
		onABareThread(() -> this.tokens.resume(this.tokens.decode(queue.poll()), () -> {
			seen.complete(this.notes.exists(this.note));
		}));
		assertThat(get(seen)).isTrue();
	}

	@Test
	void noOtherThreadLocalIsCarried() throws Exception {
		ThreadLocal<String> locale = ThreadLocal.withInitial(() -> "none");
		ContextRegistry.getInstance().registerThreadLocalAccessor("locale", locale);
		try {
			locale.set("carried");
			assertThat(get(this.applicationTaskExecutor.submitCompletable(locale::get))).isEqualTo("none");
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor("locale");
		}
	}

	@Test
	void listenerAfterTheCommitSeesWhatWasCommitted() throws Exception {
		Written event = this.notes.writeAndPublish(this.note);
		assertThat(get(event.seen())).isTrue();
		assertThat(get(event.seenAsync())).isTrue();
	}

	@Test
	void requestAfterTheResponseDoesNotKnowWhatAsyncWorkCommitsLater() throws Exception {
		CountDownLatch responded = new CountDownLatch(1);
		CompletableFuture<?> work = this.asyncNotes.writeAfter(responded, this.note);
		String cookie = this.tokens.encode(this.tokens.capture());
		responded.countDown();
		get(work);
		assertThat(nextRequestSees(cookie)).isFalse();
		assertThat(nextRequestSees(this.tokens.encode(this.tokens.capture()))).isTrue();
	}

	private boolean nextRequestSees(String cookie) {
		return this.tokens.resume(this.tokens.decode(cookie), () -> this.notes.exists(this.note));
	}

	@Test
	void scheduledWorkSeesARequestsWriteFromTheWriterOrByItsToken() throws Exception {
		this.notes.write(this.note);
		String token = this.tokens.encode(this.tokens.capture());
		CompletableFuture<Boolean> later = new CompletableFuture<>();
		CompletableFuture<Boolean> laterFromWriter = new CompletableFuture<>();
		CompletableFuture<Boolean> laterWithToken = new CompletableFuture<>();
		Runnable job = () -> {
			later.complete(this.notes.exists(this.note));
			laterFromWriter.complete(this.notes.existsOnWriter(this.note));
			laterWithToken.complete(this.tokens.resume(this.tokens.decode(token), () -> this.notes.exists(this.note)));
		};
		onABareThread(() -> this.taskScheduler.schedule(job, Instant.EPOCH));
		assertThat(get(later)).isFalse();
		assertThat(get(laterFromWriter)).isTrue();
		assertThat(get(laterWithToken)).isTrue();
	}

	@Test
	void onlyTheFirstRunOfRepeatedWorkBelongsToItsCaller() throws Exception {
		CompletableFuture<ConsistencySession> first = new CompletableFuture<>();
		CompletableFuture<ConsistencySession> second = new CompletableFuture<>();
		var repeated = this.taskScheduler.scheduleAtFixedRate(() -> {
			if (!first.complete(ConsistencySession.current())) {
				second.complete(ConsistencySession.current());
			}
		}, Duration.ofMillis(1));
		assertThat(get(first)).isSameAs(ConsistencySession.current());
		assertThat(get(second)).isNotSameAs(ConsistencySession.current());
		repeated.cancel(false);
	}

	@Test
	void tokenWithinATransactionStandsForTheCommitToCome() {
		ConsistencyToken token = this.notes.writeAndCapture(this.note, this.tokens);
		assertThat(token.position()).isNull();
		assertThat(this.tokens.<Boolean>resume(token, () -> this.notes.exists(this.note))).isTrue();
	}

	@Test
	void tokenAfterTheCommitOfATransactionHasItsPosition() throws Exception {
		ConsistencyToken token = get(this.notes.writeAndPublish(this.note).captured());
		assertThat(token.position()).isNotNull();
		assertThat(this.tokens.<Boolean>resume(token, () -> this.notes.exists(this.note))).isTrue();
	}

	private static void onABareThread(Runnable work) throws InterruptedException {
		Thread thread = new Thread(work);
		thread.start();
		thread.join();
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(LONGEST_WAIT, TimeUnit.SECONDS);
	}

	record Written(String note, CompletableFuture<Boolean> seen, CompletableFuture<Boolean> seenAsync,
			CompletableFuture<ConsistencyToken> captured) {

	}

	static class Notes {

		private final JdbcTemplate jdbc;

		private final ApplicationEventPublisher publisher;

		private final ConsistencyTokens tokens;

		Notes(JdbcTemplate jdbc, ApplicationEventPublisher publisher, ConsistencyTokens tokens) {
			this.jdbc = jdbc;
			this.publisher = publisher;
			this.tokens = tokens;
		}

		@Transactional
		public void createTable() {
			this.jdbc.execute("CREATE TABLE IF NOT EXISTS note (text text)");
		}

		@Transactional
		public void write(String note) {
			this.jdbc.update("INSERT INTO note VALUES (?)", note);
		}

		@Transactional
		public ConsistencyToken writeAndCapture(String note, ConsistencyTokens tokens) {
			this.jdbc.update("INSERT INTO note VALUES (?)", note);
			return tokens.capture();
		}

		@Transactional
		public Written writeAndPublish(String note) {
			this.jdbc.update("INSERT INTO note VALUES (?)", note);
			Written event = new Written(note, new CompletableFuture<>(), new CompletableFuture<>(),
					new CompletableFuture<>());
			this.publisher.publishEvent(event);
			return event;
		}

		@TransactionalEventListener
		@Transactional(propagation = Propagation.REQUIRES_NEW, readOnly = true)
		public void written(Written event) {
			event.seen().complete(count(event.note()) == 1);
		}

		@TransactionalEventListener
		public void capture(Written event) {
			event.captured().complete(this.tokens.capture());
		}

		@Transactional(readOnly = true)
		public boolean exists(String note) {
			return count(note) == 1;
		}

		@Transactional(readOnly = true)
		@ReadConsistency(ConsistencyLevel.WRITER)
		public boolean existsOnWriter(String note) {
			return count(note) == 1;
		}

		@Transactional(readOnly = true)
		public int port() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

		private int count(String note) {
			return this.jdbc.queryForObject("SELECT count(*) FROM note WHERE text = ?", Integer.class, note);
		}

	}

	static class AsyncNotes {

		private final Notes notes;

		AsyncNotes(Notes notes) {
			this.notes = notes;
		}

		@Async
		public CompletableFuture<Boolean> exists(String note) {
			return CompletableFuture.completedFuture(this.notes.exists(note));
		}

		@Async("ownExecutor")
		public CompletableFuture<Boolean> existsOnOwnExecutor(String note) {
			return CompletableFuture.completedFuture(this.notes.exists(note));
		}

		@Async
		public CompletableFuture<Integer> port() {
			return CompletableFuture.completedFuture(this.notes.port());
		}

		@Async
		public CompletableFuture<Void> write(String note) {
			this.notes.write(note);
			return CompletableFuture.completedFuture(null);
		}

		@Async
		public CompletableFuture<Void> writeAfter(CountDownLatch latch, String note) throws InterruptedException {
			latch.await(LONGEST_WAIT, TimeUnit.SECONDS);
			return write(note);
		}

		/**
		 * As a listener of Spring Modulith's is declared.
		 */
		@Async
		@TransactionalEventListener
		public void written(Written event) {
			event.seenAsync().complete(this.notes.exists(event.note()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutorConfiguration {

		final AtomicInteger decorated = new AtomicInteger();

		@Bean
		ThreadPoolTaskExecutor ownExecutor() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setTaskDecorator((task) -> {
				this.decorated.incrementAndGet();
				return task;
			});
			return executor;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	@Import({ OwnExecutorConfiguration.class, Notes.class, AsyncNotes.class })
	static class NotesApplication {

	}

}
