package io.rdsboot.slice;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JdbcTest} with a local cluster, although an embedded database is on the class
 * path, and the application is configured for another cluster.
 */
@JdbcTest(properties = { "rds.writer=db.example.org", "rds.database=app" })
@LocalRds(database = "slice")
class JdbcSliceTests {

	@Test
	void databaseIsTheLocalCluster(@Autowired DataSource dataSource, @Autowired JdbcClient jdbc,
			LocalRdsCluster cluster) throws SQLException {
		assertThat(dataSource).isInstanceOf(ReadWriteRoutingDataSource.class);
		assertThat(Server.url(dataSource)).contains(":" + cluster.writer().port() + "/");
		assertThat(jdbc.sql("SELECT version()").query(String.class).single()).startsWith("PostgreSQL");
	}

}
