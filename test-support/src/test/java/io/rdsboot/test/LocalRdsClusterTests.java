package io.rdsboot.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LocalRdsClusterTests {

	@Test
	void startGivesWriterAndReaders() throws SQLException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start()) {
			try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(),
					cluster.password()); Statement statement = connection.createStatement()) {
				statement.execute("CREATE EXTENSION IF NOT EXISTS vector");
				statement.execute("CREATE TABLE item (id int, v vector(3))");
				statement.execute("INSERT INTO item VALUES (1, '[1,2,3]')");
			}
			cluster.awaitReplication();
			for (LocalRdsInstance reader : cluster.readers()) {
				try (Connection connection = DriverManager.getConnection(reader.jdbcUrl(), cluster.username(),
						cluster.password()); Statement statement = connection.createStatement()) {
					try (ResultSet result = statement.executeQuery("SELECT count(*) FROM item")) {
						result.next();
						assertThat(result.getInt(1)).isEqualTo(1);
					}
				}
			}
			cluster.failover();
			cluster.awaitReplication();
		}
	}

}
