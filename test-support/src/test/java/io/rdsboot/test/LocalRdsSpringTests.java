package io.rdsboot.test;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link LocalRds} on a Spring test.
 */
@LocalRds(readers = 0)
@SpringBootTest(classes = LocalRdsSpringTests.Application.class)
class LocalRdsSpringTests {

	@Autowired
	LocalRdsCluster bean;

	@Test
	void applicationWhenTestHasLocalRdsConnectsToItsWriter(@Autowired JdbcClient jdbcClient) {
		assertThat(port(jdbcClient)).isEqualTo(this.bean.writer().port());
	}

	@Test
	void clusterWhenTestHasLocalRdsIsBeanAndParameter(LocalRdsCluster parameter) {
		assertThat(parameter).isSameAs(this.bean);
	}

	@Test
	void connectionDetailsWhenTestHasLocalRdsAreBean(@Autowired ApplicationContext context) {
		assertThat(context.getBeanNamesForType(JdbcConnectionDetails.class))
			.containsExactly("jdbcConnectionDetailsForLocalRdsCluster");
	}

	private static int port(JdbcClient jdbcClient) {
		return jdbcClient.sql("SELECT inet_server_port()").query(Integer.class).single();
	}

	@Nested
	class NestedTests {

		@Test
		void clusterWhenEnclosingClassHasLocalRdsIsTheSame(LocalRdsCluster parameter,
				@Autowired LocalRdsCluster nestedBean) {
			assertThat(parameter).isSameAs(LocalRdsSpringTests.this.bean).isSameAs(nestedBean);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
