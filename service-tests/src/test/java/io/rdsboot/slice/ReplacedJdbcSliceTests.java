package io.rdsboot.slice;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRds;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test that asks for the embedded database gets it, also with a local cluster.
 */
@JdbcTest
@LocalRds(database = "slice")
@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.ANY)
class ReplacedJdbcSliceTests {

	@Test
	void databaseIsTheEmbeddedOne(@Autowired DataSource dataSource) throws SQLException {
		assertThat(Server.url(dataSource)).startsWith("jdbc:h2:mem:");
	}

}
