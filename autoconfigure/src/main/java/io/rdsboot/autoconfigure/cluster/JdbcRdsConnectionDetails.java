package io.rdsboot.autoconfigure.cluster;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.RedactedAddress;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Adapts {@link JdbcConnectionDetails}, such as a Testcontainers
 * {@code PostgreSQLContainer} provides, to a cluster of one writer.
 */
@API(status = API.Status.INTERNAL)
public class JdbcRdsConnectionDetails implements RdsConnectionDetails, StartedServers {

	/**
	 * What Spring Boot's own details of containers extend. It lets nobody else name the
	 * types.
	 */
	public static final Set<String> OF_CONTAINERS = Set.of(
			"org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory$ContainerConnectionDetails",
			"org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory$DockerComposeConnectionDetails");

	private final JdbcConnectionDetails details;

	public JdbcRdsConnectionDetails(JdbcConnectionDetails details) {
		this.details = details;
	}

	/**
	 * Return the details of a cluster, or else those of a JDBC connection as such, or
	 * {@code null} if there are none.
	 */
	public static @Nullable RdsConnectionDetails find(ObjectProvider<RdsConnectionDetails> rdsDetails,
			ObjectProvider<JdbcConnectionDetails> jdbcDetails) {
		RdsConnectionDetails details = rdsDetails.getIfAvailable();
		if (details != null) {
			return details;
		}
		JdbcConnectionDetails jdbc = jdbcDetails.getIfAvailable();
		return (jdbc != null) ? new JdbcRdsConnectionDetails(jdbc) : null;
	}

	/**
	 * Refuses details of another database, for which this could not be known before they
	 * were made.
	 * @throws InvalidRdsConfigurationException if they are of another database
	 */
	public void requirePostgres() {
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
