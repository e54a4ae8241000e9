package io.rdsboot.vector;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.schema.VectorSchema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Base of tests of a table {@code documents} that an ordinary role owns, in a database of
 * the test class's own.
 */
@LocalRds
public abstract class AbstractOwnedTableTests {

	protected static HikariDataSource administrator;

	/** Logs in as the owner. */
	protected static HikariDataSource dataSource;

	protected static JdbcTemplate jdbc;

	protected final VectorSchema schema = new VectorSchema(jdbc);

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		administrator = VectorTestDatabase.createWithExtension(cluster);
		dataSource = VectorTestDatabase.asOrdinaryRole(cluster, administrator);
		jdbc = new JdbcTemplate(dataSource);
	}

	@AfterAll
	static void closePools() {
		dataSource.close();
		administrator.close();
	}

	@BeforeEach
	void dropTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents CASCADE");
	}

}
