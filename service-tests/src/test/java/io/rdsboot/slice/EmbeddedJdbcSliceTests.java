package io.rdsboot.slice;

import java.sql.SQLException;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JdbcTest} without a local cluster goes to the embedded database, never to the
 * cluster that the application is configured for.
 */
@JdbcTest(properties = { "rds.writer=db.example.org", "rds.database=app" })
class EmbeddedJdbcSliceTests {

	@Test
	void databaseIsTheEmbeddedOne(@Autowired DataSource dataSource) throws SQLException {
		assertThat(Server.url(dataSource)).startsWith("jdbc:h2:mem:");
	}

}
