package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.util.function.Predicate;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.aws.RdsAwsConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.IgnoredReaders;
import io.rdsboot.autoconfigure.cluster.JdbcRdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.OnPostgresConnectionDetailsCondition;
import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.cluster.UnresolvedPlaceholders;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsConfiguration;
import io.rdsboot.autoconfigure.credentials.SecretLookup;
import io.rdsboot.autoconfigure.failure.ConnectionFailureLog;
import io.rdsboot.autoconfigure.integration.RdsHibernateConfiguration;
import io.rdsboot.autoconfigure.integration.RdsInfrastructureConfiguration;
import io.rdsboot.autoconfigure.integration.RdsReactiveTransactionConfiguration;
import io.rdsboot.autoconfigure.integration.RdsRepositoryConfiguration;
import io.rdsboot.autoconfigure.integration.RdsRetryableConfiguration;
import io.rdsboot.autoconfigure.integration.RdsTaskExecutionConfiguration;
import io.rdsboot.autoconfigure.pool.HikariPoolPropertiesCustomizer;
import io.rdsboot.autoconfigure.pool.IgnoredDataSourceProperties;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.pool.RoutingPoolMetadata;
import io.rdsboot.autoconfigure.routing.RdsConsistencyConfiguration;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.autoconfigure.routing.RoutingPropertiesMapper;
import io.rdsboot.autoconfigure.routing.WriterWaitEnd;
import io.rdsboot.autoconfigure.tls.RdsTlsProperties;
import io.rdsboot.autoconfigure.tls.TlsPropertiesMapper;
import io.rdsboot.autoconfigure.topology.GlobalDatabasePropertiesMapper;
import io.rdsboot.autoconfigure.topology.RdsApiDiscoveryConfiguration;
import io.rdsboot.autoconfigure.topology.RdsTopologyConfiguration;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.discovery.DnsCache;
import io.rdsboot.cluster.discovery.PlacementMonitor;
import io.rdsboot.cluster.watch.BorrowActivity;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.datasource.ClusterStartup;
import io.rdsboot.datasource.StartupPatience;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.RdsExceptionTranslator;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.RoutingDecoration;
import io.rdsboot.routing.physical.ConnectionSourceDecorator;
import io.rdsboot.routing.selection.RoutingListener;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.util.StringUtils;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the routing {@link DataSource} of an RDS or Aurora cluster.
 * Backs off without {@code rds.*}, where the application has a {@code DataSource} of its
 * own, and where connection details are for another database than PostgreSQL.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class,
		beforeName = "com.github.kagkarlsson.scheduler.boot.autoconfigure.DbSchedulerAutoConfiguration")
@ConditionalOnClass({ Driver.class, HikariDataSource.class })
@ConditionalOnMissingBean(DataSource.class)
@Conditional({ OnRdsClusterCondition.class, OnPostgresConnectionDetailsCondition.class })
@EnableConfigurationProperties({ RdsProperties.class, RdsTlsProperties.class, RdsPoolProperties.class,
		RdsRoutingProperties.class, RdsFailoverProperties.class })
@Import({ RdsAwsConfiguration.class, RdsApiDiscoveryConfiguration.class, RdsConsistencyConfiguration.class,
		RdsCredentialsConfiguration.class, RdsHibernateConfiguration.class, RdsInfrastructureConfiguration.class,
		RdsReactiveTransactionConfiguration.class, RdsRepositoryConfiguration.class, RdsRetryableConfiguration.class,
		RdsTaskExecutionConfiguration.class, RdsTopologyConfiguration.class })
public final class RdsDataSourceAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(RdsDataSourceAutoConfiguration.class);

	/**
	 * What the JDK remembers a name for by default, and about as long as a failover
	 * takes.
	 */
	private static final Duration LONGEST_DNS_CACHE = Duration.ofSeconds(30);

	@Bean
	static UnresolvedPlaceholders rdsUnresolvedPlaceholders(Environment environment) {
		return new UnresolvedPlaceholders(environment);
	}

	@Bean
	ConfiguredCluster rdsCluster(RdsProperties properties, ObjectProvider<RdsConnectionDetails> rdsDetails,
			ObjectProvider<JdbcConnectionDetails> jdbcDetails, ObjectProvider<CredentialsPropertiesMapper> credentials,
			TlsPropertiesMapper tls, ObjectProvider<SecretLookup> secrets, Environment environment,
			ListableBeanFactory beans) {
		MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn((entries) -> {
			entries.put("rds.writer", properties.getWriter());
			String url = environment.getProperty("spring.datasource.url");
			entries.put("spring.datasource.url", StringUtils.hasText(url) ? url : null);
		});
		IgnoredDataSourceProperties.log(environment);
		RdsConnectionDetails details = JdbcRdsConnectionDetails.find(rdsDetails, jdbcDetails);
		if (details instanceof JdbcRdsConnectionDetails jdbc) {
			jdbc.requirePostgres();
		}
		IgnoredReaders.log(properties, details, beans);
		SecretLookup lookup = (id) -> secrets.getObject().secret(id);
		return new ConfiguredClusterFactory(properties, details, tls, lookup).read(credentials.getIfAvailable());
	}

	@Bean
	TlsPropertiesMapper rdsTlsMapper(RdsTlsProperties properties, RdsPoolProperties pool,
			ObjectProvider<SslBundles> bundles) {
		return new TlsPropertiesMapper(properties, pool, bundles.getIfAvailable());
	}

	@Bean
	HikariPoolPropertiesCustomizer rdsHikariPoolPropertiesCustomizer(RdsPoolProperties properties,
			Environment environment) {
		return new HikariPoolPropertiesCustomizer(properties,
				environment.getProperty("PGAPPNAME", environment.getProperty("spring.application.name", "")));
	}

	@Bean
	ConnectionFailureLog rdsConnectionFailureLog(Environment environment, ObjectProvider<TopologyMonitor> monitor) {
		return new ConnectionFailureLog(environment, monitor::getIfAvailable);
	}

	@Bean
	InstancePools rdsInstancePools(ConfiguredCluster cluster, DatabaseCredentialsProvider credentialsProvider,
			ObjectProvider<ConnectivityListener> connectivityListeners,
			ObjectProvider<HikariPoolCustomizer> customizers, RdsPoolProperties pool) {
		InstancePools pools = new InstancePools(cluster.database(), credentialsProvider, cluster.tls(),
				ConnectivityListener.all(connectivityListeners.orderedStream().toList()),
				customizers.orderedStream().toList(), pool.getPooler());
		pools.delayFilling();
		return pools;
	}

	@Bean
	ApplicationListener<ContextRefreshedEvent> rdsPoolFilling(InstancePools pools) {
		return (event) -> pools.fill();
	}

	@Bean
	ClusterStartup rdsClusterStartup(TopologyProvider topologyProvider, InstancePools pools, RdsPoolProperties pool,
			RdsProperties properties, ObjectProvider<TopologyMonitor> monitor,
			ObjectProvider<InstanceConnector> connector, ObjectProvider<ConnectionSourceDecorator> decorator) {
		StartupPatience patience = new StartupPatience(properties.getStartupTimeout(), System::nanoTime);
		Predicate<InstanceRole> needed = (role) -> pool.failsFast(role)
				&& decorator.stream().allMatch(ConnectionSourceDecorator::needsCluster);
		return new ClusterStartup(topologyProvider, pools, needed, patience, monitor.getIfAvailable(),
				connector::getObject);
	}

	@Bean
	ReadWriteRoutingDataSource dataSource(TopologyProvider topologyProvider, InstancePools pools,
			PlacementMonitor placementMonitor, ClusterStartup startup, BorrowActivity activity,
			RoutingPropertiesMapper routing, GlobalDatabasePropertiesMapper globalDatabase,
			ObjectProvider<RoutingListener> listeners, ObjectProvider<ConnectionSourceDecorator> decorator,
			ConfigurableApplicationContext context) {
		DnsCache.warning(LONGEST_DNS_CACHE).ifPresent(logger::warn);
		startup.run();
		placementMonitor.start(topologyProvider);
		ReadWriteRoutingDataSource.Builder builder = ReadWriteRoutingDataSource.builder(topologyProvider, pools)
			.activity(activity)
			.placements(placementMonitor.placements());
		routing.applyTo(builder);
		builder.readerSelector(globalDatabase.preferringOwnRegion(routing.readerSelector()));
		listeners.orderedStream().forEach(builder::listener);
		decorator.ifAvailable((each) -> RoutingDecoration.decorate(builder, each));
		ReadWriteRoutingDataSource dataSource = builder.build();
		context.addApplicationListener(new WriterWaitEnd(context, dataSource));
		return dataSource;
	}

	@Bean
	@ConditionalOnMissingBean(SQLExceptionTranslator.class)
	RdsExceptionTranslator rdsExceptionTranslator(DataSource dataSource) {
		return new RdsExceptionTranslator(dataSource);
	}

	@Bean
	TransactionManagerCustomizer<JdbcTransactionManager> rdsTransactionManagerCustomizer(
			ObjectProvider<RdsExceptionTranslator> translator) {
		return (transactionManager) -> translator.ifAvailable(transactionManager::setExceptionTranslator);
	}

	/**
	 * Goes before Boot's provider for HikariCP, which would see the writer's pool alone.
	 */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	DataSourcePoolMetadataProvider rdsDataSourcePoolMetadataProvider(InstancePools pools) {
		return (dataSource) -> (DataSourceUnwrapper.unwrap(dataSource, ReadWriteRoutingDataSource.class) != null)
				? new RoutingPoolMetadata(pools) : null;
	}

}
