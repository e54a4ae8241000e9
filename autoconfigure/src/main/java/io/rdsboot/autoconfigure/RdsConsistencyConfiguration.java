package io.rdsboot.autoconfigure;

import java.util.Optional;

import io.rdsboot.cluster.WriterLog;
import io.rdsboot.routing.ConsistencyTokens;
import io.rdsboot.routing.ReadConsistencyAdvisor;
import io.rdsboot.web.ConsistencyTokenFilter;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * How consistency is declared, and how a session travels.
 */
@Configuration(proxyBeanMethods = false)
class RdsConsistencyConfiguration {

	@Bean
	RoutingReading rdsRoutingReading(RdsRoutingProperties properties, RdsFailoverProperties failover) {
		return new RoutingReading(properties, failover);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ReadConsistencyAdvisor rdsReadConsistencyAdvisor() {
		return new ReadConsistencyAdvisor();
	}

	@Bean
	@ConditionalOnMissingBean
	ConsistencyTokens rdsConsistencyTokens(ConfiguredCluster cluster, RoutingReading reading,
			RdsRoutingProperties properties, ObjectProvider<WriterLog> writerLog) {
		RdsRoutingProperties.Token token = properties.getToken();
		ConsistencyTokens.Builder builder = ConsistencyTokens
			.builder(Optional.ofNullable(token.getCluster()).orElse(cluster.writer().address().toString()))
			.lifetime(token.getLifetime());
		byte[] key = reading.key();
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

		/**
		 * Early, so that other filters of the application are part of the unit of work.
		 */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE + 10)
		@ConditionalOnMissingBean
		ConsistencyTokenFilter rdsConsistencyTokenFilter(ConsistencyTokens tokens) {
			return new ConsistencyTokenFilter(tokens);
		}

	}

}
