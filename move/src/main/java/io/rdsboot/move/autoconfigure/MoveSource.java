package io.rdsboot.move.autoconfigure;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.SSLContext;
import javax.sql.DataSource;

import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The database that moves, as it is configured.
 */
final class MoveSource {

	private static final String PREFIX = "rds.move.source.";

	private MoveSource() {
	}

	/**
	 * Return where its connections come from.
	 * @param database its name where none is configured
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if
	 * something is missing or wrong
	 */
	static DataSource dataSource(RdsMoveProperties.Source properties, String database) {
		ConfigurationProblems problems = new ConfigurationProblems();
		require("username", properties.getUsername(), "Set it to a login that may replicate the database.", problems);
		require("password", properties.getPassword(), "Set it to the password of the login.", problems);
		problems.throwIfAny();
		ConfiguredAddress address = ConfiguredAddress.parse(PREFIX + "address",
				Objects.requireNonNull(properties.getAddress()));
		String name = StringUtils.hasText(properties.getDatabase()) ? properties.getDatabase()
				: Objects.requireNonNullElse(address.database(), database);
		DatabaseCredentials credentials = new DatabaseCredentials(Objects.requireNonNull(properties.getUsername()),
				Objects.requireNonNull(properties.getPassword()));
		MonitoringConnector connector = new MonitoringConnector(name, (server) -> credentials, tls(address.address()),
				List.of());
		return new ConnectorDataSource(connector, DatabaseInstance.at(address.address()));
	}

	private static void require(String name, @Nullable String value, String action, ConfigurationProblems problems) {
		if (!StringUtils.hasText(value)) {
			problems.add(PREFIX + name, null, "The source of the move has no " + name + ".", action);
		}
	}

	/**
	 * Authorities that sign for servers elsewhere are those that the JVM trusts, and not
	 * Amazon's.
	 */
	private static TlsSettings tls(InstanceAddress address) {
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

}
