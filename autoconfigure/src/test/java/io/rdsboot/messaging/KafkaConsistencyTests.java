package io.rdsboot.messaging;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.test.LocalRds;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.test.context.EmbeddedKafka;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of messages through a real Kafka broker.
 */
@LocalRds(readers = 1)
@EmbeddedKafka(topics = { "notes", "batches" }, partitions = 1,
		bootstrapServersProperty = "spring.kafka.bootstrap-servers")
@SpringBootTest(classes = KafkaConsistencyTests.Application.class, webEnvironment = WebEnvironment.NONE, properties = {
		"spring.flyway.enabled=false", "logging.level.org.apache.kafka=warn", "logging.level.kafka=warn",
		"spring.kafka.consumer.auto-offset-reset=earliest", "spring.kafka.consumer.group-id=notes",
		"spring.kafka.producer.properties.interceptor.classes=io.rdsboot.messaging.KafkaConsistencyTests$CountingInterceptor" })
class KafkaConsistencyTests extends MessageConsistencyContract {

	@Autowired
	private KafkaTemplate<String, String> template;

	@Autowired
	private Batches batches;

	@Autowired
	private KafkaListenerEndpointRegistry registry;

	@Autowired
	private AtomicInteger intercepted;

	@Override
	void send(String note) {
		this.template.send("notes", note);
	}

	@Test
	void batchIsAUnitOfWorkWithTheTokensOfAllItsRecords() throws Exception {
		asUnitOfWork(() -> this.template.send("batches", "without token"));
		asUnitOfWork(() -> this.template.send("batches", commitNote()));
		this.registry.getListenerContainer("batches").start();
		assertThat(this.batches.received.poll(30, TimeUnit.SECONDS)).isEqualTo(new Batch(2, true));
	}

	@Test
	void interceptorsOfTheApplicationAreStillCalled() throws Exception {
		int sent = CountingInterceptor.sent.get();
		int received = this.intercepted.get();
		asUnitOfWork(() -> send("counted"));
		received();
		assertThat(CountingInterceptor.sent).hasValue(sent + 1);
		assertThat(this.intercepted).hasValue(received + 1);
	}

	/**
	 * Counts what is sent, as an interceptor of the application's.
	 */
	public static final class CountingInterceptor implements ProducerInterceptor<String, String> {

		static final AtomicInteger sent = new AtomicInteger();

		@Override
		public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
			sent.incrementAndGet();
			return record;
		}

		@Override
		public void onAcknowledgement(RecordMetadata metadata, Exception exception) {
		}

		@Override
		public void close() {
		}

		@Override
		public void configure(Map<String, ?> configuration) {
		}

	}

	record Batch(int size, boolean lastSeen) {

	}

	static final class Batches {

		private final BlockingQueue<Batch> received = new LinkedBlockingQueue<>();

		private final Inbox inbox;

		Batches(Inbox inbox) {
			this.inbox = inbox;
		}

		@KafkaListener(id = "batches", topics = "batches", batch = "true", autoStartup = "false")
		void receive(List<String> notes) {
			this.received.add(new Batch(notes.size(), this.inbox.read(notes.get(notes.size() - 1)).seen()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Inbox.class, Batches.class })
	static class Application {

		@Bean
		AtomicInteger intercepted() {
			return new AtomicInteger();
		}

		@Bean
		RecordInterceptor<Object, Object> recordInterceptor(AtomicInteger intercepted) {
			return (record, consumer) -> {
				intercepted.incrementAndGet();
				return record;
			};
		}

		@Bean
		NotesListener notesListener(Inbox inbox) {
			return new NotesListener(inbox);
		}

	}

	record NotesListener(Inbox inbox) {

		@KafkaListener(topics = "notes")
		void receive(String note) {
			this.inbox.receive(note);
		}

	}

}
