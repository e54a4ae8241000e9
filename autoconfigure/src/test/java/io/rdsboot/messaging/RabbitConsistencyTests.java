package io.rdsboot.messaging;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.test.LocalRds;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.amqp.autoconfigure.SimpleRabbitListenerContainerFactoryConfigurer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of messages by RabbitMQ's client, through a real AMQP 0-9-1 broker.
 */
@LocalRds(readers = 1)
@SpringBootTest(classes = RabbitConsistencyTests.Application.class, webEnvironment = WebEnvironment.NONE,
		properties = { "spring.flyway.enabled=false", "logging.level.qpid.message=warn" })
class RabbitConsistencyTests extends MessageConsistencyContract {

	private static LocalAmqpBroker broker;

	@Autowired
	private RabbitTemplate template;

	@Autowired
	private AtomicInteger advised;

	@DynamicPropertySource
	static void startBroker(DynamicPropertyRegistry registry) throws Exception {
		broker = new LocalAmqpBroker();
		registry.add("spring.rabbitmq.host", () -> "127.0.0.1");
		registry.add("spring.rabbitmq.port", broker::port);
		registry.add("spring.rabbitmq.virtual-host", () -> "default");
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@Override
	void send(String note) {
		this.template.convertAndSend("notes", note);
	}

	@Test
	void messageThatGoesOnKeepsTheTokensThatItHas() {
		asUnitOfWork(() -> this.template.send("kept",
				MessageBuilder.withBody("note".getBytes())
					.setHeader(MessageTokens.HEADER, "of the first sender")
					.build()));
		Message untouched = this.template.receive("kept", TimeUnit.SECONDS.toMillis(30));
		assertThat(untouched).isNotNull();
		assertThat(RabbitListenerAdvice.headerValues(untouched)).hasToString("[of the first sender]");
		asUnitOfWork(() -> {
			commitNote();
			this.template.send("kept", untouched);
		});
		Message sentOn = this.template.receive("kept", TimeUnit.SECONDS.toMillis(30));
		assertThat(sentOn).isNotNull();
		assertThat(RabbitListenerAdvice.headerValues(sentOn)).hasSize(2).first().hasToString("of the first sender");
	}

	@Test
	void adviceOfTheApplicationIsStillCalled() throws Exception {
		int calls = this.advised.get();
		asUnitOfWork(() -> send("counted"));
		received();
		assertThat(this.advised).hasValue(calls + 1);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Inbox.class)
	static class Application {

		@Bean
		AtomicInteger advised() {
			return new AtomicInteger();
		}

		@Bean
		Queue notes() {
			return new Queue("notes");
		}

		@Bean
		Queue kept() {
			return new Queue("kept");
		}

		@Bean
		SimpleRabbitListenerContainerFactory rabbitListenerContainerFactory(
				SimpleRabbitListenerContainerFactoryConfigurer configurer, ConnectionFactory connectionFactory,
				AtomicInteger advised) {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			configurer.configure(factory, connectionFactory);
			factory.setAdviceChain((MethodInterceptor) (invocation) -> {
				advised.incrementAndGet();
				return invocation.proceed();
			});
			return factory;
		}

		@Bean
		NotesListener notesListener(Inbox inbox) {
			return new NotesListener(inbox);
		}

	}

	record NotesListener(Inbox inbox) {

		@RabbitListener(queues = "notes")
		void receive(String note) {
			this.inbox.receive(note);
		}

	}

}
