package io.rdsboot.move.autoconfigure;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLContext;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.move.ForeignSessions;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.pool.login.ApplicationName;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

import org.springframework.util.StringUtils;

/**
 * The two databases of a move, as they are configured.
 */
final class MoveDatabases implements AutoCloseable {

	private static final String SOURCE = "rds.move.source.";

	private static final String TARGET = "rds.move.target.credentials.";

	/**
	 * Part of each token that IAM gives for a password.
	 */
	private static final String TOKEN = "X-Amz-Signature";

	private final RdsMoveProperties properties;

	private final ConfiguredCluster cluster;

	private final MoveLogins logins;

	private final DatabaseCredentialsProvider mover;

	private final DatabaseCredentialsProvider application;

	private final @Nullable DatabaseCredentialsProvider targetMover;

	/**
	 * Create it.
	 * @param cluster the target
	 * @param logins makes the providers of the logins; closed by this
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if
	 * something is missing or wrong
	 */
	MoveDatabases(RdsMoveProperties properties, ConfiguredCluster cluster, MoveLogins logins) {
		this.properties = properties;
		this.cluster = cluster;
		this.logins = logins;
		ConfigurationProblems problems = new ConfigurationProblems();
		RdsMoveProperties.Source source = properties.getSource();
		RdsMoveProperties.Login target = properties.getTarget().getCredentials();
		ConfiguredCluster sourceCluster = new ConfiguredCluster(DatabaseInstance.at(sourceAddress()), List.of(),
				InstancePlacement.NONE, sourceName(), null, Map.of(), sourceTls());
		DatabaseCredentialsProvider mover = logins.provider(SOURCE + "credentials.", source.getCredentials(),
				sourceCluster, true, problems);
		DatabaseCredentialsProvider application = source.getApplication().isSet()
				? logins.provider(SOURCE + "application.", source.getApplication(), sourceCluster, false, problems)
				: mover;
		this.targetMover = target.isSet() ? logins.provider(TARGET, target, cluster, true, problems) : null;
		problems.throwIfAny();
		this.mover = Objects.requireNonNull(mover);
		this.application = Objects.requireNonNull(application);
	}

	/**
	 * Return the database that the data comes from.
	 */
	MoveDatabase source() {
		MonitoringConnector connector = new MonitoringConnector(sourceName(), this.mover, sourceTls(), List.of());
		return database(Side.SOURCE, connector, DatabaseInstance.at(sourceAddress()), sourceName(), this.mover,
				this.application);
	}

	/**
	 * Return the database that the data goes to.
	 * @param connector opens the application's connections
	 * @param credentials the application's
	 */
	MoveDatabase target(InstanceConnector connector, DatabaseCredentialsProvider credentials) {
		DatabaseInstance writer = this.cluster.writer();
		if (this.targetMover != null) {
			return database(Side.TARGET,
					new MonitoringConnector(this.cluster.database(), this.targetMover, this.cluster.tls(), List.of()),
					writer, this.cluster.database(), this.targetMover, credentials);
		}
		if (credentials.getCredentials(writer.address()).password().contains(TOKEN)) {
			ConfigurationProblems problems = new ConfigurationProblems();
			problems.add(TARGET + "username", null,
					"The source follows the target after the cutover by a login with a password, and the application's is an IAM token, which expires.",
					"Set it, and the password, to a login that owns the target's tables and may replicate.");
			problems.throwIfAny();
		}
		return database(Side.TARGET, connector, writer, this.cluster.database(), credentials, credentials);
	}

	/**
	 * Return where the application's connections to the source come from.
	 * @param listeners hear of each borrow, as of those from the target
	 * @param needed whether a source that cannot be connected to fails the start
	 */
	RdsDataSource sourceDataSource(List<HikariPoolCustomizer> customizers, List<RoutingListener> listeners,
			boolean needed) {
		RdsDataSource.Builder builder = RdsDataSource.builder()
			.writer(DatabaseInstance.at(sourceAddress()))
			.database(sourceName())
			.credentials(this.application)
			.tls(sourceTls())
			.failFast(needed)
			.routing((routing) -> listeners.forEach(routing::listener));
		customizers.forEach(builder::pool);
		builder.pool((config, instance, role) -> {
			String property = PGProperty.APPLICATION_NAME.getName();
			config.addDataSourceProperty(property, ApplicationName
				.withSuffix(config.getDataSourceProperties().getProperty(property), ForeignSessions.APPLICATION_NAME));
		});
		return builder.build();
	}

	private static MoveDatabase database(Side side, InstanceConnector connector, DatabaseInstance instance, String name,
			DatabaseCredentialsProvider login, DatabaseCredentialsProvider application) {
		InstanceAddress address = instance.address();
		return MoveDatabase.builder(side, new ConnectorDataSource(connector, instance))
			.address(address.host(), address.port())
			.database(name)
			.login(() -> login.getCredentials(address))
			.application(() -> application.getCredentials(address).username())
			.parameter("sslmode", address.isLoopback() ? "prefer" : "require")
			.build();
	}

	private ConfiguredAddress configured() {
		return ConfiguredAddress.parse(SOURCE + "address",
				Objects.requireNonNull(this.properties.getSource().getAddress()));
	}

	private InstanceAddress sourceAddress() {
		return configured().address();
	}

	private String sourceName() {
		String name = this.properties.getSource().getDatabase();
		return StringUtils.hasText(name) ? name
				: Objects.requireNonNullElse(configured().database(), this.cluster.database());
	}

	/**
	 * Authorities that sign for servers elsewhere are those that the JVM trusts, and not
	 * Amazon's.
	 */
	private TlsSettings sourceTls() {
		InstanceAddress address = sourceAddress();
		if (address.isLoopback() || RdsHostName.parse(address.host()).isPresent()) {
			return TlsSettings.DEFAULT;
		}
		return new TlsSettings(TlsMode.VERIFY_FULL, () -> {
			try {
				return SSLContext.getDefault();
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("The JVM has no TLS", ex);
			}
		});
	}

	@Override
	public void close() {
		this.logins.close();
	}

}
