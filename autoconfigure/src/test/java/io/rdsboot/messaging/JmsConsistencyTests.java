package io.rdsboot.messaging;

import io.rdsboot.test.LocalRds;
import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsClient;
import org.springframework.jms.core.JmsTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of messages through a real JMS broker.
 */
@LocalRds(readers = 1)
@SpringBootTest(classes = JmsConsistencyTests.Application.class, webEnvironment = WebEnvironment.NONE,
		properties = { "spring.flyway.enabled=false", "logging.level.org.apache.activemq=warn" })
class JmsConsistencyTests extends MessageConsistencyContract {

	@Autowired
	private JmsTemplate template;

	@Autowired
	private JmsClient client;

	@Override
	void send(String note) {
		this.template.convertAndSend("notes", note);
	}

	@Test
	void messageOfAJmsClientTakesTheTokenAlong() throws Exception {
		asUnitOfWork(() -> this.client.destination("notes").send(commitNote()));
		assertThat(received().seen()).isTrue();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Inbox.class)
	static class Application {

		@Bean(initMethod = "start", destroyMethod = "stop")
		EmbeddedActiveMQ broker() throws Exception {
			return new EmbeddedActiveMQ().setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
				.setSecurityEnabled(false)
				.addAcceptorConfiguration("in-vm", "vm://0"));
		}

		@Bean
		ConnectionFactory connectionFactory(EmbeddedActiveMQ broker) {
			return new ActiveMQConnectionFactory("vm://0");
		}

		@Bean
		NotesListener notesListener(Inbox inbox) {
			return new NotesListener(inbox);
		}

	}

	record NotesListener(Inbox inbox) {

		@JmsListener(destination = "notes")
		void receive(String note) {
			this.inbox.receive(note);
		}

	}

}
