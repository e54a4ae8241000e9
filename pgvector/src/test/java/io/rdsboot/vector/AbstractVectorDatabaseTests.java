package io.rdsboot.vector;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Base of tests in a database of the test class's own, which has the extension and is
 * reached as its administrator.
 */
@LocalRds
public abstract class AbstractVectorDatabaseTests {

	protected static HikariDataSource dataSource;

	protected static JdbcTemplate jdbc;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		jdbc = new JdbcTemplate(dataSource);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

}
