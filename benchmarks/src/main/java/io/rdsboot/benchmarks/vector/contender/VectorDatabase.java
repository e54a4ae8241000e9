package io.rdsboot.benchmarks.vector.contender;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsClusterBuilder;

/**
 * One PostgreSQL server for all contenders, with memory for all of their tables and
 * indexes.
 */
public final class VectorDatabase implements AutoCloseable {

	/** For each contender; as many as there are threads at most. */
	public static final int CONNECTIONS = 4;

	private final LocalRdsCluster cluster;

	private VectorDatabase(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	public static VectorDatabase start() {
		return start(server().parameter("maintenance_work_mem", "512MB")
			// As for solid state disks. With PostgreSQL's default of 4, the planner
			// prefers
			// to scan a table of 10,000 large vectors, because it does not count those
			// that
			// are stored out of line.
			.parameter("random_page_cost", "1.1"));
	}

	/**
	 * Starts a server with what Amazon RDS sets for an instance with 16 GiB of memory.
	 */
	public static VectorDatabase startAsRds() {
		return start(server().parameter("maintenance_work_mem", "64MB").parameter("effective_cache_size", "8GB"));
	}

	private static LocalRdsClusterBuilder server() {
		return LocalRdsCluster.builder()
			.readers(0)
			.extensions("vector", "hstore", "uuid-ossp")
			.parameter("shared_buffers", "1GB")
			.parameter("max_wal_size", "8GB")
			// Tables are analysed once they are loaded; what vacuums meanwhile disturbs
			// one contender and not the next.
			.parameter("autovacuum", "off");
	}

	private static VectorDatabase start(LocalRdsClusterBuilder server) {
		return new VectorDatabase(server.start());
	}

	/**
	 * Opens a pool with pgjdbc's and HikariCP's defaults.
	 * @return a new pool, which the caller closes
	 */
	public HikariDataSource pool() {
		return pool(Map.of());
	}

	/**
	 * Opens a pool.
	 * @param driverProperties properties of pgjdbc that differ from its defaults
	 * @return a new pool, which the caller closes
	 */
	public HikariDataSource pool(Map<String, String> driverProperties) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.cluster.writer().jdbcUrl());
		config.setUsername(this.cluster.username());
		config.setPassword(this.cluster.password());
		config.setMaximumPoolSize(CONNECTIONS);
		driverProperties.forEach(config::addDataSourceProperty);
		return new HikariDataSource(config);
	}

	/**
	 * Runs a statement as the superuser, outside any transaction.
	 * @param sql the statement
	 * @throws SQLException if it fails
	 */
	public void execute(String sql) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Runs a query as the superuser.
	 * @param sql query with one row and one column
	 * @return its result
	 * @throws SQLException if it fails
	 */
	long queryForLong(String sql) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getLong(1);
		}
	}

	@Override
	public void close() {
		this.cluster.close();
	}

}
