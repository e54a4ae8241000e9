package io.rdsboot.autoconfigure.migration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.ConfiguredCredentials;
import io.rdsboot.autoconfigure.credentials.CredentialsProviderFactory;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.WriterDataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the data sources of migration tools that have a login of their own. Thread-safe.
 */
final class MigrationDataSources implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(MigrationDataSources.class);

	private final MigrationLoginFactory logins;

	private final ConfiguredCluster cluster;

	private final TopologyProvider topologyProvider;

	private final DatabaseCredentialsProvider ofApplication;

	private final List<CredentialsProviderFactory> factories;

	private final List<HikariPoolCustomizer> customizers;

	private final Duration failoverTimeout;

	private final List<AutoCloseable> providers = new ArrayList<>();

	/**
	 * Create the maker.
	 * @param logins makes the logins
	 * @param cluster the cluster that the application uses
	 * @param topologyProvider knows the cluster's present writer
	 * @param ofApplication the application's credentials
	 * @param factories make providers of other credentials
	 * @param customizers those of the pools, for their connection properties
	 * @param failoverTimeout how long a migration waits for a writer
	 */
	MigrationDataSources(MigrationLoginFactory logins, ConfiguredCluster cluster, TopologyProvider topologyProvider,
			DatabaseCredentialsProvider ofApplication, List<CredentialsProviderFactory> factories,
			List<HikariPoolCustomizer> customizers, Duration failoverTimeout) {
		this.logins = logins;
		this.cluster = cluster;
		this.topologyProvider = topologyProvider;
		this.ofApplication = ofApplication;
		this.factories = factories;
		this.customizers = customizers;
		this.failoverTimeout = failoverTimeout;
	}

	/**
	 * Make the data source of a tool.
	 * @param properties the tool's own properties
	 * @return the data source, or {@code null} if the tool uses the application's
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if there
	 * is something wrong with the login
	 */
	@Nullable DataSource dataSource(MigrationProperties properties) {
		MigrationLogin login = this.logins.read(properties);
		if (login == null) {
			return null;
		}
		logger.info("{} logs in {} on {}", properties.tool(),
				(login.credentials() != null) ? login.credentials().description() : "as the application does",
				(login.instance() != null) ? login.instance() : "the present writer");
		WriterDataSource.Builder builder = (login.instance() != null)
				? WriterDataSource.builder(properties.tool(), new StaticTopologyProvider(login.instance(), List.of()),
						login.database(), provider(login.credentials()))
				: WriterDataSource
					.builder(properties.tool(), this.topologyProvider, login.database(), provider(login.credentials()))
					.failoverTimeout(this.failoverTimeout);
		return builder.driverProperties(login.driverProperties())
			.tls(this.cluster.tls())
			.customizers(this.customizers)
			.build();
	}

	private DatabaseCredentialsProvider provider(@Nullable ConfiguredCredentials credentials) {
		if (credentials == null) {
			return this.ofApplication;
		}
		if (credentials instanceof ConfiguredCredentials.Password password) {
			return (address) -> password.login();
		}
		DatabaseCredentialsProvider provider = this.factories.stream()
			.map((factory) -> factory.create(this.cluster.withCredentials(credentials),
					this.topologyProvider::topology))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nothing makes a provider of " + credentials));
		if (provider instanceof AutoCloseable closeable) {
			synchronized (this.providers) {
				this.providers.add(closeable);
			}
		}
		return provider;
	}

	@Override
	public void close() {
		synchronized (this.providers) {
			this.providers.forEach(MigrationDataSources::close);
		}
	}

	private static void close(AutoCloseable provider) {
		try {
			provider.close();
		}
		catch (Exception ex) {
			logger.debug("Cannot close {}", provider, ex);
		}
	}

}
