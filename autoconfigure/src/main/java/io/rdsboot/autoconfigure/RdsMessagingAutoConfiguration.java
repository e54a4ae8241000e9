package io.rdsboot.autoconfigure;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.rdsboot.autoconfigure.routing.RoutingPropertiesMapper;
import io.rdsboot.messaging.JmsListenerUnitOfWork;
import io.rdsboot.messaging.JmsTokenMessageConverter;
import io.rdsboot.messaging.KafkaListenerAdvice;
import io.rdsboot.messaging.KafkaTokenInterceptor;
import io.rdsboot.messaging.MessageTokens;
import io.rdsboot.messaging.RabbitListenerAdvice;
import io.rdsboot.messaging.RabbitTokenPostProcessor;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import jakarta.jms.Message;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.rabbit.config.BaseRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateCustomizer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.config.AbstractJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.support.converter.MessageConverter;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for messages of Kafka, JMS and RabbitMQ, whose listeners read what
 * the sender has written.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@ConditionalOnBean(ConsistencyTokens.class)
public final class RdsMessagingAutoConfiguration {

	/**
	 * Tokens as the properties want them. Asked for late, because post-processors of
	 * beans come before all else.
	 */
	private static MessageTokens messageTokens(BeanFactory beanFactory) {
		Supplier<Optional<ConsistencyTokens>> tokens = () -> Optional.of(beanFactory.getBean(ConsistencyTokens.class))
			.filter((any) -> beanFactory.getBean(RoutingPropertiesMapper.class).tokensTravel());
		return new MessageTokens(SingletonSupplier.of(tokens), InstantSource.system());
	}

	private static Advice[] outermost(Advice advice, Advice @Nullable [] chain) {
		List<Advice> advices = new ArrayList<>();
		advices.add(advice);
		if (chain != null) {
			advices.addAll(List.of(chain));
		}
		return advices.toArray(Advice[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ KafkaTemplate.class, DefaultKafkaProducerFactoryCustomizer.class })
	static class KafkaConfiguration {

		@Bean
		static DefaultKafkaProducerFactoryCustomizer rdsKafkaProducerFactoryCustomizer(BeanFactory beanFactory) {
			MessageTokens messageTokens = messageTokens(beanFactory);
			return (factory) -> factory.updateConfigs(Map.of(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
					interceptors(factory), KafkaTokenInterceptor.TOKENS, messageTokens));
		}

		private static List<Object> interceptors(DefaultKafkaProducerFactory<?, ?> factory) {
			List<Object> interceptors = new ArrayList<>();
			Object present = factory.getConfigurationProperties().get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
			if (present instanceof Collection<?> classes) {
				interceptors.addAll(classes);
			}
			else if (present instanceof String names) {
				interceptors.addAll(List.of(StringUtils.tokenizeToStringArray(names, ",")));
			}
			interceptors.add(KafkaTokenInterceptor.class);
			return interceptors;
		}

		@Bean
		static BeanPostProcessor rdsKafkaListenerPostProcessor(BeanFactory beanFactory) {
			KafkaListenerAdvice advice = new KafkaListenerAdvice(messageTokens(beanFactory));
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (bean instanceof AbstractKafkaListenerContainerFactory<?, ?, ?> factory) {
						ContainerProperties properties = factory.getContainerProperties();
						properties.setAdviceChain(outermost(advice, properties.getAdviceChain()));
					}
					return bean;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ RabbitTemplate.class, RabbitTemplateCustomizer.class })
	static class RabbitConfiguration {

		@Bean
		RabbitTemplateCustomizer rdsRabbitTemplateCustomizer(BeanFactory beanFactory) {
			MessageTokens messageTokens = messageTokens(beanFactory);
			return (template) -> template.addBeforePublishPostProcessors(new RabbitTokenPostProcessor(messageTokens));
		}

		@Bean
		static BeanPostProcessor rdsRabbitListenerPostProcessor(BeanFactory beanFactory) {
			RabbitListenerAdvice advice = new RabbitListenerAdvice(messageTokens(beanFactory));
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (bean instanceof BaseRabbitListenerContainerFactory<?> factory) {
						factory.setAdviceChain(outermost(advice, factory.getAdviceChain()));
					}
					return bean;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Message.class, JmsTemplate.class, JmsAutoConfiguration.class })
	static class JmsConfiguration {

		@Bean
		static BeanPostProcessor rdsJmsPostProcessor(BeanFactory beanFactory) {
			MessageTokens messageTokens = messageTokens(beanFactory);
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (bean instanceof JmsTemplate template) {
						addTokens(template, messageTokens);
					}
					return (bean instanceof AbstractJmsListenerContainerFactory<?> factory)
							? withUnitsOfWork(factory, messageTokens) : bean;
				}

			};
		}

		private static void addTokens(JmsTemplate template, MessageTokens tokens) {
			MessageConverter converter = template.getMessageConverter();
			if (converter != null) {
				template.setMessageConverter(new JmsTokenMessageConverter(converter, tokens));
			}
		}

		/**
		 * A proxy, because a JMS container has no advice that it could be given.
		 */
		private static Object withUnitsOfWork(AbstractJmsListenerContainerFactory<?> factory, MessageTokens tokens) {
			JmsListenerUnitOfWork unitOfWork = new JmsListenerUnitOfWork(tokens);
			ProxyFactory proxy = new ProxyFactory(factory);
			proxy.setProxyTargetClass(true);
			proxy.addAdvice((MethodInterceptor) (invocation) -> {
				Object result = invocation.proceed();
				if (result instanceof AbstractMessageListenerContainer container) {
					unitOfWork.applyTo(container);
				}
				return result;
			});
			return proxy.getProxy();
		}

	}

}
