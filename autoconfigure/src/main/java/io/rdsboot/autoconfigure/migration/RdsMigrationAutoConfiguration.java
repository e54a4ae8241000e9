package io.rdsboot.autoconfigure.migration;

import java.util.function.Supplier;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.JdbcRdsConnectionDetails;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.credentials.CredentialsProviderFactory;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.autoconfigure.tls.TlsPropertiesMapper;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the logins of Flyway and Liquibase, where they are not the
 * application's: they reach the writer as the application's connections do.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class,
		beforeName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
				"org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration" })
public final class RdsMigrationAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ConfiguredCluster.class)
	@EnableConfigurationProperties(RdsCredentialsProperties.class)
	static class LoginConfiguration {

		@Bean
		MigrationDataSources rdsMigrationDataSources(ConfiguredCluster cluster, TopologyProvider topologyProvider,
				DatabaseCredentialsProvider credentialsProvider, ObjectProvider<CredentialsProviderFactory> factories,
				ObjectProvider<HikariPoolCustomizer> customizers, RdsFailoverProperties failover,
				TlsPropertiesMapper tlsMapper, ObjectProvider<RdsConnectionDetails> rdsDetails,
				ObjectProvider<JdbcConnectionDetails> jdbcDetails, RdsCredentialsProperties credentials,
				ObjectProvider<CredentialsPropertiesMapper> credentialsMapper) {
			MigrationLoginFactory reading = new MigrationLoginFactory(cluster, tlsMapper,
					JdbcRdsConnectionDetails.find(rdsDetails, jdbcDetails),
					credentials.getSecretsManager().getMigrationSecretId(), credentialsMapper.getIfAvailable());
			return new MigrationDataSources(reading, cluster, topologyProvider, credentialsProvider,
					factories.stream().toList(), customizers.orderedStream().toList(), failover.getTimeout());
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass({ Flyway.class, FlywayConnectionDetails.class })
		@ConditionalOnBooleanProperty(name = "spring.flyway.enabled", matchIfMissing = true)
		@ConditionalOnMissingBean({ Flyway.class, FlywayConnectionDetails.class })
		@EnableConfigurationProperties(FlywayProperties.class)
		static class FlywayConfiguration {

			@Bean
			FlywayConnectionDetails rdsFlywayConnectionDetails(FlywayProperties properties) {
				return new FlywayDetails(migrationProperties(properties).leftToDriver());
			}

			/**
			 * Goes first, so that the application's own customizers have the last word.
			 */
			@Bean
			@Order(Ordered.HIGHEST_PRECEDENCE)
			FlywayConfigurationCustomizer rdsFlywayDataSourceCustomizer(FlywayProperties properties,
					MigrationDataSources dataSources, @FlywayDataSource ObjectProvider<DataSource> ofApplication) {
				return (configuration) -> {
					DataSource dataSource = ownDataSource(migrationProperties(properties), dataSources, ofApplication);
					if (dataSource != null) {
						configuration.dataSource(dataSource);
					}
				};
			}

			private static MigrationProperties migrationProperties(FlywayProperties properties) {
				return new MigrationProperties("Flyway", properties.getUrl(), properties.getUser(),
						properties.getPassword());
			}

			/**
			 * Details that leave Flyway with the application's data source, unless its
			 * URL is for another driver.
			 */
			private record FlywayDetails(MigrationProperties properties) implements FlywayConnectionDetails {

				@Override
				public @Nullable String getUsername() {
					return this.properties.user();
				}

				@Override
				public @Nullable String getPassword() {
					return this.properties.password();
				}

				@Override
				public @Nullable String getJdbcUrl() {
					return this.properties.url();
				}

			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass({ SpringLiquibase.class, LiquibaseConnectionDetails.class })
		@ConditionalOnBooleanProperty(name = "spring.liquibase.enabled", matchIfMissing = true)
		@ConditionalOnMissingBean({ SpringLiquibase.class, LiquibaseConnectionDetails.class })
		@EnableConfigurationProperties(LiquibaseProperties.class)
		static class LiquibaseConfiguration {

			@Bean
			LiquibaseConnectionDetails rdsLiquibaseConnectionDetails(LiquibaseProperties properties) {
				return new LiquibaseDetails(migrationProperties(properties).leftToDriver());
			}

			@Bean
			static BeanPostProcessor rdsLiquibaseDataSourcePostProcessor(ObjectProvider<LiquibaseProperties> properties,
					ObjectProvider<MigrationDataSources> dataSources,
					@LiquibaseDataSource ObjectProvider<DataSource> ofApplication) {
				return new LiquibaseDataSourcePostProcessor(() -> ownDataSource(
						migrationProperties(properties.getObject()), dataSources.getObject(), ofApplication));
			}

			private static MigrationProperties migrationProperties(LiquibaseProperties properties) {
				return new MigrationProperties("Liquibase", properties.getUrl(), properties.getUser(),
						properties.getPassword());
			}

			/**
			 * Details that leave Liquibase with the application's data source, unless its
			 * URL is for another driver.
			 */
			private record LiquibaseDetails(MigrationProperties properties) implements LiquibaseConnectionDetails {

				@Override
				public @Nullable String getUsername() {
					return this.properties.user();
				}

				@Override
				public @Nullable String getPassword() {
					return this.properties.password();
				}

				@Override
				public @Nullable String getJdbcUrl() {
					return this.properties.url();
				}

			}

		}

		private static @Nullable DataSource ownDataSource(MigrationProperties properties,
				MigrationDataSources dataSources, ObjectProvider<DataSource> ofApplication) {
			boolean others = properties.isForeign() || ofApplication.getIfAvailable() != null;
			return others ? null : dataSources.dataSource(properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Flyway.class, FlywayMigrationStrategy.class })
	static class FlywayStrategyConfiguration {

		@Bean
		@ConditionalOnMissingBean
		FlywayMigrationStrategy rdsFlywayMigrationStrategy() {
			return new RdsFlywayMigrationStrategy();
		}

	}

	/**
	 * Gives Spring Boot's Liquibase its data source before it runs.
	 */
	private record LiquibaseDataSourcePostProcessor(
			Supplier<@Nullable DataSource> dataSource) implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			if (bean instanceof SpringLiquibase liquibase) {
				DataSource own = this.dataSource.get();
				if (own != null) {
					liquibase.setDataSource(own);
				}
			}
			return bean;
		}

	}

}
