package io.rdsboot.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.rdsboot.cluster.RedactedAddress;
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

	/**
	 * Refuses details of another database, for which this could not be known before they
	 * were made.
	 * @throws InvalidRdsConfigurationException if they are of another database
	 */
	void requirePostgres() {
		String url = this.details.getJdbcUrl();
		if (OnPostgresConnectionDetailsCondition.isOtherUrl(url)) {
			throw new InvalidRdsConfigurationException(List.of(new ConfigurationProblem("JdbcConnectionDetails",
					RedactedAddress.of(url), "The bean is for another database than PostgreSQL.",
					"Make its @Bean method static, so that this is known early enough for Spring Boot's "
							+ "DataSource to connect there, or exclude RdsDataSourceAutoConfiguration.")));
		}
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
