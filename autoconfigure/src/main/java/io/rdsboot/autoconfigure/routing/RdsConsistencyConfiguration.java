package io.rdsboot.autoconfigure.routing;

import java.util.EnumSet;
import java.util.Optional;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.WriterLog;
import io.rdsboot.routing.ReadConsistencyAdvisor;
import io.rdsboot.routing.RoutingAdvice;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.consistency.RememberedWrites;
import io.rdsboot.web.ConsistencyClientFilter;
import io.rdsboot.web.ConsistencyClientResolver;
import io.rdsboot.web.ConsistencyTokenFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * How consistency is declared, and how a session travels.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
public class RdsConsistencyConfiguration {

	@Bean
	RoutingPropertiesMapper rdsRoutingMapper(RdsRoutingProperties properties, RdsFailoverProperties failover) {
		return new RoutingPropertiesMapper(properties, failover);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ReadConsistencyAdvisor rdsReadConsistencyAdvisor() {
		return new ReadConsistencyAdvisor();
	}

	@Bean
	RoutingAdvice rdsRoutingAdvice(TopologyProvider topologyProvider) {
		return new RoutingAdvice(System::nanoTime, () -> !topologyProvider.topology().readers().isEmpty());
	}

	@Bean
	@ConditionalOnMissingBean
	ConsistencyTokens rdsConsistencyTokens(ConfiguredCluster cluster, RoutingPropertiesMapper mapper,
			RdsRoutingProperties properties, ObjectProvider<WriterLog> writerLog) {
		RdsRoutingProperties.Token token = properties.getToken();
		ConsistencyTokens.Builder builder = ConsistencyTokens
			.builder(Optional.ofNullable(token.getCluster()).orElse(cluster.writer().address().toString()))
			.lifetime(token.getLifetime());
		byte[] key = mapper.key();
		if (key != null) {
			builder.signingKey(key);
		}
		writerLog.ifUnique(builder::writerLog);
		return builder.build();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, OncePerRequestFilter.class })
	static class ServletConfiguration {

		private static final EnumSet<DispatcherType> DISPATCHER_TYPES = EnumSet.of(DispatcherType.REQUEST,
				DispatcherType.ASYNC, DispatcherType.ERROR);

		/**
		 * Where Spring Security stands by default, and behind it.
		 */
		private static final int CLIENT_FILTER_ORDER = -99;

		@Bean
		RememberedWrites rdsRememberedWrites(RdsRoutingProperties properties) {
			RdsRoutingProperties.Token token = properties.getToken();
			return new RememberedWrites(token.getRememberedClients(), token.getLifetime());
		}

		@Bean
		@ConditionalOnMissingBean
		ConsistencyTokenFilter rdsConsistencyTokenFilter(RoutingPropertiesMapper mapper,
				RdsRoutingProperties properties, ConsistencyTokens tokens, RememberedWrites memory) {
			return mapper.tokensTravel()
					? ConsistencyTokenFilter.withTokens(tokens, properties.getToken().getLifetime(), memory)
					: ConsistencyTokenFilter.withoutTokens(memory);
		}

		/**
		 * By default early, so that other filters of the application, Spring Session's
		 * and Spring Security's are part of the unit of work.
		 */
		@Bean
		@ConditionalOnMissingBean
		FilterRegistrationBean<ConsistencyTokenFilter> rdsConsistencyTokenFilterRegistration(
				ConsistencyTokenFilter filter, RdsRoutingProperties properties) {
			FilterRegistrationBean<ConsistencyTokenFilter> registration = new FilterRegistrationBean<>(filter);
			registration.setName("rdsConsistencyTokenFilter");
			registration.setOrder(properties.getToken().getFilterOrder());
			registration.setDispatcherTypes(DISPATCHER_TYPES);
			return registration;
		}

		@Bean
		@ConditionalOnMissingBean
		ConsistencyClientResolver rdsConsistencyClientResolver() {
			return ConsistencyClientResolver.principal();
		}

		@Bean
		@ConditionalOnMissingBean
		FilterRegistrationBean<ConsistencyClientFilter> rdsConsistencyClientFilterRegistration(
				ConsistencyClientResolver resolver) {
			FilterRegistrationBean<ConsistencyClientFilter> registration = new FilterRegistrationBean<>(
					new ConsistencyClientFilter(resolver));
			registration.setName("rdsConsistencyClientFilter");
			registration.setOrder(CLIENT_FILTER_ORDER);
			registration.setDispatcherTypes(DispatcherType.REQUEST);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveConfiguration {

		private static final Logger logger = LoggerFactory.getLogger(RdsConsistencyConfiguration.class);

		ReactiveConfiguration() {
			logger.info("Requests of a reactive web application are no units of work, and carry no consistency tokens: "
					+ "what a request has written, the next one may not find on a reader. Read with Reads.fromWriter "
					+ "or ConsistencyTokens.resume where that matters");
		}

	}

}
