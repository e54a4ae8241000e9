package io.rdsboot.benchmarks.rotation;

import java.util.Properties;

import com.zaxxer.hikari.HikariConfig;
import org.postgresql.ds.PGSimpleDataSource;
import software.amazon.jdbc.ds.AwsWrapperDataSource;

/**
 * AWS's JDBC wrapper around pgjdbc, as its documentation puts it under HikariCP.
 */
public final class WrapperDriver {

	private WrapperDriver() {
	}

	/**
	 * Lets a pool open its connections through the wrapper.
	 * @param config configuration of the pool
	 * @param host where to connect
	 * @param port where to connect
	 * @param database which database
	 * @param properties settings of the wrapper and of pgjdbc
	 */
	public static void configure(HikariConfig config, String host, int port, String database, Properties properties) {
		config.setDataSourceClassName(AwsWrapperDataSource.class.getName());
		config.addDataSourceProperty("jdbcProtocol", "jdbc:postgresql:");
		config.addDataSourceProperty("serverName", host);
		config.addDataSourceProperty("serverPort", String.valueOf(port));
		config.addDataSourceProperty("database", database);
		config.addDataSourceProperty("targetDataSourceClassName", PGSimpleDataSource.class.getName());
		config.addDataSourceProperty("targetDataSourceProperties", properties);
	}

}
