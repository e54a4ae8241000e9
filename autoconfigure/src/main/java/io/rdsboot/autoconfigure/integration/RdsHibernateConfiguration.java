package io.rdsboot.autoconfigure.integration;

import javax.sql.DataSource;

import io.rdsboot.routing.SessionDataSource;
import org.apiguardian.api.API;
import org.hibernate.SessionFactory;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * How Hibernate's sessions get their connections.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ SessionFactory.class, HibernatePropertiesCustomizer.class })
public class RdsHibernateConfiguration {

	private static final String DATA_SOURCE = "jakarta.persistence.nonJtaDataSource";

	/**
	 * Hands Hibernate a data source by which it is known. Transaction managers and
	 * whoever shares their connections keep the bean.
	 */
	@Bean
	@ConditionalOnMissingBean(type = "org.springframework.transaction.jta.JtaTransactionManager")
	HibernatePropertiesCustomizer rdsSessionDataSourceCustomizer(DataSource dataSource) {
		return (properties) -> properties.putIfAbsent(DATA_SOURCE, new SessionDataSource(dataSource));
	}

}
