package io.rdsboot.autoconfigure;

import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.messaging.KafkaListenerAdvice;
import io.rdsboot.messaging.KafkaTokenInterceptor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsMessagingAutoConfiguration}, without a broker.
 */
class RdsMessagingAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
				RdsMessagingAutoConfiguration.class, KafkaAutoConfiguration.class, RabbitAutoConfiguration.class))
		.withBean(TopologyProvider.class,
				() -> new ManualTopology(new InstanceState(DatabaseInstance.at(InstanceAddress.parse("w.example.com")),
						InstanceRole.WRITER, true)))
		.withPropertyValues("rds.writer=w.example.com", "rds.database=app", "rds.credentials.username=app",
				"rds.credentials.password=secret", "rds.pool.fail-fast=false");

	@Test
	void interceptorsOfTheApplicationComeFirst() {
		this.runner.withPropertyValues("spring.kafka.producer.properties[interceptor.classes]=a.First, a.Second")
			.run((context) -> assertThat(context.getBean(DefaultKafkaProducerFactory.class)
				.getConfigurationProperties()
				.get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG))
				.isEqualTo(List.of("a.First", "a.Second", KafkaTokenInterceptor.class)));
	}

	@Test
	void listenersAreUnitsOfWork() {
		this.runner.run((context) -> assertThat(
				context.getBean("kafkaListenerContainerFactory", ConcurrentKafkaListenerContainerFactory.class)
					.getContainerProperties()
					.getAdviceChain())
			.singleElement()
			.isInstanceOf(KafkaListenerAdvice.class));
	}

	@Test
	void messagesCarryNoTokensWhereTheyAreDisabled() {
		assertThat(headersOfARecordWithinATransaction("rds.routing.token.enabled=false")).isZero();
		assertThat(headersOfARecordWithinATransaction("rds.routing.consistency=eventual")).isZero();
		assertThat(headersOfARecordWithinATransaction("rds.routing.consistency=session")).isOne();
	}

	private int headersOfARecordWithinATransaction(String property) {
		int[] headers = new int[1];
		this.runner.withPropertyValues(property).run((context) -> {
			KafkaTokenInterceptor interceptor = new KafkaTokenInterceptor();
			DefaultKafkaProducerFactory<?, ?> factory = context.getBean(DefaultKafkaProducerFactory.class);
			interceptor.configure(factory.getConfigurationProperties());
			TransactionSynchronizationManager.setActualTransactionActive(true);
			try {
				headers[0] = interceptor.onSend(new ProducerRecord<>("topic", "value")).headers().toArray().length;
			}
			finally {
				TransactionSynchronizationManager.setActualTransactionActive(false);
			}
		});
		return headers[0];
	}

	@Test
	void nothingIsAddedForWhatIsNotOnTheClassPath() {
		this.runner
			.withClassLoader(new FilteredClassLoader(KafkaTemplate.class, RabbitTemplate.class, JmsTemplate.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("rdsKafkaListenerPostProcessor")
				.doesNotHaveBean("rdsRabbitListenerPostProcessor")
				.doesNotHaveBean("rdsJmsPostProcessor"));
	}

}
