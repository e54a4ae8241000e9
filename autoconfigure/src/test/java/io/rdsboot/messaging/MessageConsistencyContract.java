package io.rdsboot.messaging;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for messages of every kind, on a real broker and a reader that replays
 * nothing: only who reads from the writer can see what was written.
 */
abstract class MessageConsistencyContract {

	private static final long LONGEST_WAIT = 30;

	@Autowired
	private LocalRdsCluster cluster;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactionManager;

	@Autowired
	private Inbox inbox;

	private final String note = UUID.randomUUID().toString();

	/**
	 * Sends a note as the application would.
	 */
	abstract void send(String note);

	@BeforeEach
	void pauseReplay() {
		inTransaction(() -> this.jdbc.execute("CREATE TABLE IF NOT EXISTS note (text text)"));
		this.cluster.awaitReplication();
		this.cluster.pauseReplay(this.cluster.readers().get(0));
	}

	@AfterEach
	void resumeReplay() {
		this.cluster.resumeReplay(this.cluster.readers().get(0));
		this.inbox.open();
	}

	@Test
	void listenerSeesWhatTheSenderHasWritten() throws Exception {
		asUnitOfWork(() -> send(commitNote()));
		assertThat(received().seen()).isTrue();
	}

	@Test
	void listenerSeesWhatWasCommittedAfterTheMessageWasSent() throws Exception {
		this.inbox.shut();
		asUnitOfWork(() -> inTransaction(() -> {
			send(this.note);
			write();
		}));
		this.inbox.open();
		assertThat(received().seen()).isTrue();
	}

	@Test
	void listenerSeesWhatWasCommittedBeforeTheMessageWasSent() throws Exception {
		asUnitOfWork(() -> inTransaction(() -> {
			write();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					send(MessageConsistencyContract.this.note);
				}

			});
		}));
		assertThat(received().seen()).isTrue();
	}

	@Test
	void listenerIsServedByAReaderOnceThatHasCaughtUp() throws Exception {
		ConsistencySession sender = ConsistencySession.open();
		as(sender, () -> send(commitNote()));
		assertThat(received().port()).isEqualTo(this.cluster.writer().port());
		this.cluster.resumeReplay(this.cluster.readers().get(0));
		Awaitility.await().atMost(Duration.ofSeconds(LONGEST_WAIT)).pollInSameThread().until(() -> {
			as(sender, () -> send(this.note));
			return received().port();
		}, (port) -> port == this.cluster.readers().get(0).port());
	}

	@Test
	void listenerOfAMessageWithoutTokenIsAUnitOfWorkOfItsOwn() throws Exception {
		asUnitOfWork(() -> send(this.note));
		Received first = received();
		asUnitOfWork(() -> send(this.note));
		Received second = received();
		assertThat(first.port()).isEqualTo(this.cluster.readers().get(0).port());
		assertThat(second.port()).isEqualTo(this.cluster.readers().get(0).port());
		assertThat(second.session()).isNotSameAs(first.session());
	}

	@Test
	void listenerHandsOnWhatItHasReceived() throws Exception {
		this.inbox.forward(this::send);
		asUnitOfWork(() -> send(commitNote()));
		assertThat(received().seen()).isTrue();
		assertThat(received().seen()).isTrue();
	}

	private void write() {
		this.jdbc.update("INSERT INTO note VALUES (?)", this.note);
	}

	/**
	 * Writes a note, and commits it.
	 * @return the note
	 */
	String commitNote() {
		inTransaction(this::write);
		return this.note;
	}

	private void inTransaction(Runnable work) {
		new TransactionTemplate(this.transactionManager).executeWithoutResult((status) -> work.run());
	}

	static void asUnitOfWork(Runnable work) {
		as(ConsistencySession.open(), work);
	}

	private static void as(ConsistencySession session, Runnable work) {
		ConsistencySession.Binding binding = session.bind();
		try {
			work.run();
		}
		finally {
			binding.close();
		}
	}

	Inbox inbox() {
		return this.inbox;
	}

	Received received() throws InterruptedException {
		Received received = this.inbox.received.poll(LONGEST_WAIT, TimeUnit.SECONDS);
		assertThat(received).as("message").isNotNull();
		return received;
	}

	record Received(boolean seen, int port, ConsistencySession session) {

	}

	/**
	 * What a listener does with a note.
	 */
	static final class Inbox {

		private final JdbcTemplate jdbc;

		private final TransactionTemplate readOnly;

		private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

		private volatile CountDownLatch gate = new CountDownLatch(0);

		private volatile @Nullable Consumer<String> forward;

		Inbox(JdbcTemplate jdbc, PlatformTransactionManager transactionManager) {
			this.jdbc = jdbc;
			this.readOnly = new TransactionTemplate(transactionManager);
			this.readOnly.setReadOnly(true);
		}

		void shut() {
			this.gate = new CountDownLatch(1);
		}

		void open() {
			this.gate.countDown();
		}

		/**
		 * Lets the next note be handed on once it has been read.
		 */
		void forward(Consumer<String> forward) {
			this.forward = forward;
		}

		void receive(String note) {
			await(this.gate);
			this.received.add(read(note));
			Consumer<String> forward = this.forward;
			if (forward != null) {
				this.forward = null;
				forward.accept(note);
			}
		}

		Received read(String note) {
			return this.readOnly.execute((status) -> new Received(
					this.jdbc.queryForObject("SELECT count(*) FROM note WHERE text = ?", Integer.class, note) > 0,
					this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class),
					ConsistencySession.current()));
		}

		private static void await(CountDownLatch gate) {
			try {
				gate.await(LONGEST_WAIT, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
