package io.rdsboot.service;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Service with JPA, jOOQ and MyBatis.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class,
		JdbcTemplateAutoConfiguration.class, TransactionAutoConfiguration.class, HibernateJpaAutoConfiguration.class })
@EntityScan(basePackageClasses = PersistenceApplication.class)
class PersistenceApplication {

	@Bean
	ClusterView clusterView(LocalRdsCluster cluster, JdbcTemplate jdbc, PlatformTransactionManager transactionManager,
			InstancePools pools, TopologyProvider topology) {
		return new ClusterView(cluster, jdbc, transactionManager, pools, topology);
	}

	/**
	 * As Spring Boot makes it.
	 */
	@Bean
	DSLContext dsl(DataSource dataSource) {
		return DSL.using(new TransactionAwareDataSourceProxy(dataSource), SQLDialect.POSTGRES);
	}

	@Bean
	SqlSessionFactory sqlSessionFactory(DataSource dataSource) throws Exception {
		SqlSessionFactoryBean factory = new SqlSessionFactoryBean();
		factory.setDataSource(dataSource);
		SqlSessionFactory sessions = factory.getObject();
		sessions.getConfiguration().addMapper(StreamedRowMapper.class);
		return sessions;
	}

	@Bean
	SqlSessionTemplate sqlSessions(SqlSessionFactory sessions) {
		return new SqlSessionTemplate(sessions);
	}

	@Entity(name = "Streamed")
	static class Streamed {

		@Id
		private Integer id;

	}

}
