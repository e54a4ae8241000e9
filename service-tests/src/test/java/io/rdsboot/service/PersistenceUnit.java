package io.rdsboot.service;

import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;

import org.springframework.boot.jpa.EntityManagerFactoryBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;

/**
 * A further persistence unit of a service, as those with several are made with Spring
 * Boot.
 */
final class PersistenceUnit implements AutoCloseable {

	private final LocalContainerEntityManagerFactoryBean bean;

	private final EntityManagerFactory factory;

	private final JpaTransactionManager transactionManager;

	PersistenceUnit(ApplicationContext service, Map<String, ?> properties, Class<?> entity) {
		this(service, service.getBean(DataSource.class), properties, entity);
	}

	PersistenceUnit(ApplicationContext service, DataSource dataSource, Map<String, ?> properties, Class<?> entity) {
		this.bean = service.getBean(EntityManagerFactoryBuilder.class)
			.dataSource(dataSource)
			.managedTypes(PersistenceManagedTypes.of(entity.getName()))
			.persistenceUnit(entity.getSimpleName())
			.properties(properties)
			.build();
		this.bean.afterPropertiesSet();
		this.factory = this.bean.getObject();
		this.transactionManager = new JpaTransactionManager(this.factory);
		this.transactionManager.setDataSource(dataSource);
		this.transactionManager.afterPropertiesSet();
	}

	<T> T inTransaction(boolean readOnly, Function<EntityManager, T> work) {
		Supplier<T> onItsEntityManager = () -> work
			.apply(EntityManagerFactoryUtils.getTransactionalEntityManager(this.factory));
		return ClusterView.inTransaction(this.transactionManager, readOnly, onItsEntityManager);
	}

	<T> T outsideATransaction(Function<EntityManager, T> work) {
		try (EntityManager entityManager = this.factory.createEntityManager()) {
			return work.apply(entityManager);
		}
	}

	static int port(EntityManager entityManager) {
		return (Integer) entityManager.createNativeQuery("SELECT inet_server_port()").getSingleResult();
	}

	@Override
	public void close() {
		this.bean.destroy();
	}

}
