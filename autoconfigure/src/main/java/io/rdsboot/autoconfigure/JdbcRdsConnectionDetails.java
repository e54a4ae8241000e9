package io.rdsboot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Adapts {@link JdbcConnectionDetails}, such as a Testcontainers
 * {@code PostgreSQLContainer} provides, to a cluster of one writer.
 */
class JdbcRdsConnectionDetails implements RdsConnectionDetails {

	private final JdbcConnectionDetails details;

	JdbcRdsConnectionDetails(JdbcConnectionDetails details) {
		this.details = details;
	}

	@Override
	public String getWriter() {
		return this.details.getJdbcUrl();
	}

	@Override
	public @Nullable String getUsername() {
		return this.details.getUsername();
	}

	@Override
	public @Nullable String getPassword() {
		return this.details.getPassword();
	}

}
