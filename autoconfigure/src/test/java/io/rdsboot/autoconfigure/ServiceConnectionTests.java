package io.rdsboot.autoconfigure;

import javax.sql.DataSource;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a Testcontainers database is the writer by {@link ServiceConnection} alone.
 * Skipped where no Docker engine answers.
 */
@SpringBootTest(classes = ServiceConnectionTests.EmptyApplication.class)
@Testcontainers(disabledWithoutDocker = true)
class ServiceConnectionTests {

	@Container
	@ServiceConnection
	static final PostgreSQLContainer container = new PostgreSQLContainer("pgvector/pgvector:pg17");

	private final DataSource dataSource;

	private final TopologyProvider topology;

	@Autowired
	ServiceConnectionTests(DataSource dataSource, TopologyProvider topology) {
		this.dataSource = dataSource;
		this.topology = topology;
	}

	@Test
	void containerIsTheWriter() {
		assertThat(this.dataSource).isInstanceOf(ReadWriteRoutingDataSource.class);
		assertThat(this.topology.topology().writer().map(InstanceState::instance).orElseThrow().address().port())
			.isEqualTo(container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT));
		assertThat(new JdbcTemplate(this.dataSource).queryForObject("SHOW server_version", String.class))
			.startsWith("17");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class EmptyApplication {

	}

}
