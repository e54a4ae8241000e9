package io.rdsboot.move.autoconfigure;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.rdsboot.actuate.WriterElsewhere;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.credentials.CredentialsProviderFactory;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.move.control.DatabaseMove;
import io.rdsboot.move.control.MoveParticipant;
import io.rdsboot.move.cutover.SwitchoverSettings;
import io.rdsboot.move.read.MoveKeyResolver;
import io.rdsboot.move.read.ReadSideListener;
import io.rdsboot.move.read.ReadSideMetrics;
import io.rdsboot.move.routing.InstanceSettings;
import io.rdsboot.move.shadow.ShadowListener;
import io.rdsboot.move.shadow.ShadowMetrics;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.pool.WriterDataSource;
import io.rdsboot.routing.selection.RoutingListener;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for a move to the cluster of {@code rds.*}, if
 * {@code rds.move.source.address} says where from.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class,
		afterName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
@ConditionalOnProperty("rds.move.source.address")
@ConditionalOnBean(ConfiguredCluster.class)
@EnableConfigurationProperties({ RdsMoveProperties.class, RdsCredentialsProperties.class })
public final class RdsMoveAutoConfiguration {

	@Bean
	MoveDatabases rdsMoveDatabases(RdsMoveProperties properties, ConfiguredCluster cluster,
			RdsCredentialsProperties credentials, ObjectProvider<CredentialsProviderFactory> factories) {
		return new MoveDatabases(properties, cluster, new MoveLogins(credentials, factories.stream().toList()));
	}

	@Bean
	@ConditionalOnMissingBean
	DatabaseMove rdsDatabaseMove(MoveDatabases databases, RdsMoveProperties properties, ConfiguredCluster cluster,
			ObjectProvider<InstanceConnector> connectors, DatabaseCredentialsProvider credentials,
			ObjectProvider<HikariPoolCustomizer> customizers, ObjectProvider<TargetMigration> migration,
			Environment environment) {
		InstanceConnector connector = connectors.getIfAvailable(() -> new MonitoringConnector(cluster.database(),
				credentials, cluster.tls(), customizers.orderedStream().toList()));
		MoveDatabase target = databases.target(connector, credentials);
		DatabaseMove.Builder builder = DatabaseMove.builder(databases.source(), target)
			.maxRetainedBytes(properties.getMaxRetainedLog().toBytes())
			.fewerPrivileges(properties.isAllowFewerPrivileges())
			.switchover(switchover(properties))
			.instance(environment.getProperty("spring.application.name", "application"));
		migration.ifAvailable(
				(each) -> builder.migration(() -> each.migrate(new ConnectorDataSource(connector, cluster.writer()))));
		return builder.build();
	}

	private static SwitchoverSettings switchover(RdsMoveProperties properties) {
		SwitchoverSettings defaults = SwitchoverSettings.DEFAULTS;
		return new SwitchoverSettings(properties.getMaxLag(), defaults.prepareTimeout(), properties.getCutoverTimeout(),
				defaults.lockTimeout());
	}

	@Bean
	MoveSteps rdsMoveSteps(DatabaseMove move) {
		return new MoveSteps(move);
	}

	@Bean
	MoveParticipant rdsMoveParticipant(DatabaseMove move, MoveDatabases databases, RdsMoveProperties properties,
			ObjectProvider<HikariPoolCustomizer> customizers, ObjectProvider<RoutingListener> routingListeners,
			ObjectProvider<MoveKeyResolver> keys, ObjectProvider<ReadSideListener> listeners,
			ObjectProvider<ShadowListener> shadowListeners, RdsFailoverProperties failover, Environment environment) {
		InstanceSettings defaults = InstanceSettings.defaults();
		InstanceSettings settings = new InstanceSettings(
				environment.getProperty("spring.application.name", "application") + " " + defaults.instance(),
				properties.getLease(), defaults.interval(), defaults.switchInterval(), properties.getDrainTimeout());
		Side writer = move.status().writer();
		return new MoveParticipant(move,
				databases.sourceDataSource(customizers.orderedStream().toList(),
						routingListeners.orderedStream().toList(), writer != Side.TARGET),
				keys.getIfAvailable(() -> () -> null),
				(decision) -> listeners.orderedStream().forEach((each) -> each.decided(decision)),
				shadowListeners.getIfAvailable(() -> new ShadowListener() {
				}), settings, failover.getTimeout());
	}

	@Bean
	@ConditionalOnProperty("rds.move.step")
	MoveStepRunner rdsMoveStepRunner(MoveSteps steps, RdsMoveProperties properties,
			ConfigurableApplicationContext context) {
		return new MoveStepRunner(steps, properties, context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint
		RdsMoveEndpoint rdsMoveEndpoint(DatabaseMove move, MoveSteps steps, BackgroundVerification verification) {
			return new RdsMoveEndpoint(move, steps, verification);
		}

		@Bean
		BackgroundVerification rdsMoveVerification(DatabaseMove move) {
			return new BackgroundVerification(move);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Flyway.class)
	static class FlywayConfiguration {

		/**
		 * The application's migrations, which are made when they are needed: their own
		 * bean depends on the data source. Migrations with a login of their own lead to
		 * the target anyway.
		 */
		@Bean
		@ConditionalOnBean(Flyway.class)
		TargetMigration rdsMoveTargetMigration(ObjectProvider<Flyway> flyway) {
			return (target) -> {
				org.flywaydb.core.api.configuration.Configuration application = flyway.getObject().getConfiguration();
				DataSource own = application.getDataSource();
				return Flyway.configure(application.getClassLoader())
					.configuration(application)
					.dataSource((own instanceof WriterDataSource) ? own : target)
					.load()
					.migrate();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("rds")
		@ConditionalOnMissingBean(name = "rdsMoveHealthIndicator")
		MoveHealthIndicator rdsMoveHealthIndicator(MoveParticipant participant) {
			return new MoveHealthIndicator(participant.gate());
		}

		@Bean
		WriterElsewhere rdsMoveSourceHealth(MoveParticipant participant) {
			return new MoveHealthIndicator(participant.gate()).source();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnBean(MeterRegistry.class)
		MoveMetrics rdsMoveMetrics(MoveParticipant participant) {
			return new MoveMetrics(participant.gate());
		}

		@Bean
		@ConditionalOnBean(MeterRegistry.class)
		@ConditionalOnMissingBean
		ReadSideMetrics rdsReadSideMetrics(MeterRegistry registry) {
			return new ReadSideMetrics(registry);
		}

		@Bean
		@ConditionalOnBean(MeterRegistry.class)
		@ConditionalOnMissingBean(ShadowListener.class)
		ShadowMetrics rdsShadowMetrics(MeterRegistry registry) {
			return new ShadowMetrics(registry);
		}

	}

}
