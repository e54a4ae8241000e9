package io.rdsboot.messaging;

import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.test.LocalRds;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of Kafka's transactions, as Spring Boot sets them up: the producer's, which
 * commits after that of the database, and the listener container's.
 */
@LocalRds(readers = 1)
@EmbeddedKafka(topics = "notes", partitions = 1, bootstrapServersProperty = "spring.kafka.bootstrap-servers",
		brokerProperties = { "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1" })
@SpringBootTest(classes = KafkaTransactionTests.Application.class, webEnvironment = WebEnvironment.NONE,
		properties = { "spring.flyway.enabled=false", "logging.level.org.apache.kafka=warn", "logging.level.kafka=warn",
				"spring.kafka.consumer.auto-offset-reset=earliest", "spring.kafka.consumer.group-id=notes",
				"spring.kafka.consumer.isolation-level=read_committed",
				"spring.kafka.producer.transaction-id-prefix=notes-" })
class KafkaTransactionTests extends MessageConsistencyContract {

	@Autowired
	private KafkaTemplate<String, String> template;

	@Autowired
	private Sender sender;

	@Autowired
	private KafkaListenerEndpointRegistry registry;

	@Autowired
	private RdsRetry retry;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private KafkaTransactionManager<?, ?> kafkaTransactionManager;

	/**
	 * Sends in a transaction of Kafka's alone.
	 */
	@Override
	void send(String note) {
		this.template.executeInTransaction((operations) -> operations.send("notes", note));
	}

	@Test
	void listenerSeesWhatWasCommittedInTheTransactionThatSentTheMessage() throws Exception {
		asUnitOfWork(() -> this.sender.writeAndSend("both"));
		assertThat(received().seen()).isTrue();
	}

	@Test
	void messageOfATransactionThatIsRolledBackIsNotReceived() throws Exception {
		asUnitOfWork(() -> {
			try {
				this.sender.sendAndFail("neither");
			}
			catch (IllegalStateException ex) {
				// So it shall.
			}
			this.sender.writeAndSend("next");
		});
		assertThat(received().seen()).isTrue();
	}

	@Test
	void listenerInATransactionHandsOnWhatItHasReceived() throws Exception {
		assertThat(
				this.registry.getListenerContainer("notes").getContainerProperties().getKafkaAwareTransactionManager())
			.isSameAs(this.kafkaTransactionManager);
		inbox().forward((note) -> this.template.send("notes", note));
		asUnitOfWork(() -> send(commitNote()));
		assertThat(received().seen()).isTrue();
		assertThat(received().seen()).isTrue();
	}

	/**
	 * There are two transaction managers then.
	 */
	@Test
	void retryBeginsTransactionsOfTheDatabase() {
		asUnitOfWork(() -> {
			this.retry.executeWithoutResult((status) -> {
				insertNote();
				status.setRollbackOnly();
			});
			int notes = this.retry.executeReadOnly((status) -> notes());
			assertThat(notes).isZero();
		});
	}

	private void insertNote() {
		assertThat(this.jdbc.update("INSERT INTO note VALUES ('retried')")).isOne();
	}

	private int notes() {
		return this.jdbc.queryForObject("SELECT count(*) FROM note WHERE text = 'retried'", Integer.class);
	}

	static class Sender {

		private final JdbcTemplate jdbc;

		private final KafkaTemplate<String, String> template;

		Sender(JdbcTemplate jdbc, KafkaTemplate<String, String> template) {
			this.jdbc = jdbc;
			this.template = template;
		}

		@Transactional("transactionManager")
		public void writeAndSend(String note) {
			this.template.send("notes", note);
			this.jdbc.update("INSERT INTO note VALUES (?)", note);
		}

		@Transactional("transactionManager")
		public void sendAndFail(String note) {
			writeAndSend(note);
			throw new IllegalStateException("rolled back");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Inbox.class, Sender.class })
	static class Application {

		@Bean
		NotesListener notesListener(Inbox inbox) {
			return new NotesListener(inbox);
		}

	}

	record NotesListener(Inbox inbox) {

		@KafkaListener(id = "notes", topics = "notes")
		void receive(String note) {
			this.inbox.receive(note);
		}

	}

}
