package io.rdsboot.autoconfigure;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Adapts {@link JdbcConnectionDetails}, such as a Testcontainers
 * {@code PostgreSQLContainer} provides, to a cluster of one writer.
 */
class JdbcRdsConnectionDetails implements RdsConnectionDetails, StartedServers {

	/**
	 * What Spring Boot's own details of containers extend. It lets nobody else name the
	 * types.
	 */
	static final Set<String> OF_CONTAINERS = Set.of(
			"org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory$ContainerConnectionDetails",
			"org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory$DockerComposeConnectionDetails");

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

	@Override
	public boolean isStartedHere() {
		return Stream.<Class<?>>iterate(this.details.getClass(), Objects::nonNull, Class::getSuperclass)
			.anyMatch((type) -> OF_CONTAINERS.contains(type.getName()));
	}

}
