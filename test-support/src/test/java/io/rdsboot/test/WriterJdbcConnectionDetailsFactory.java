package io.rdsboot.test;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Makes Boot's own connection details from a cluster's writer. The details that the
 * starter knows are in a module that this one must not depend on.
 */
class WriterJdbcConnectionDetailsFactory implements ConnectionDetailsFactory<LocalRdsCluster, JdbcConnectionDetails> {

	@Override
	public JdbcConnectionDetails getConnectionDetails(LocalRdsCluster source) {
		return new JdbcConnectionDetails() {

			@Override
			public String getUsername() {
				return source.username();
			}

			@Override
			public String getPassword() {
				return source.password();
			}

			@Override
			public String getJdbcUrl() {
				return source.writer().jdbcUrl();
			}

		};
	}

}
