package io.rdsboot.vector;

import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Databases of a test class's own on a shared cluster, reached as its administrator.
 */
public final class VectorTestDatabase {

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private VectorTestDatabase() {
	}

	/**
	 * Create an empty database and return a pool for it.
	 */
	public static HikariDataSource create(LocalRdsCluster cluster) {
		String name = "vector_" + COUNTER.incrementAndGet();
		try (HikariDataSource postgres = pool(cluster.writer(), "postgres")) {
			new JdbcTemplate(postgres).execute("CREATE DATABASE " + name);
		}
		return pool(cluster.writer(), name);
	}

	private static HikariDataSource pool(LocalRdsInstance instance, String database) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl("jdbc:postgresql://%s:%d/%s".formatted(instance.host(), instance.port(), database));
		config.setUsername(instance.adminUsername());
		config.setPassword(instance.adminPassword());
		config.setMinimumIdle(0);
		return new HikariDataSource(config);
	}

}
