package io.rdsboot.slice;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * The server that a slice's {@code DataSource} leads to.
 */
final class Server {

	private Server() {
	}

	static String url(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			DatabaseMetaData metadata = connection.getMetaData();
			return metadata.getURL();
		}
	}

}
