package io.rdsboot.autoconfigure;

import javax.sql.DataSource;

import com.pgvector.PGvector;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.index.VectorIndexManager;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for {@link VectorRepository vector repositories} on the
 * application's {@link DataSource}, whether it routes or not.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class,
		afterName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
@ConditionalOnClass({ PGvector.class, PGConnection.class, JsonMapper.class, JdbcTemplate.class })
@Conditional(OnVectorRepositoriesCondition.class)
@EnableConfigurationProperties(RdsVectorProperties.class)
@Import(VectorRepositoryRegistrar.class)
public final class RdsVectorAutoConfiguration {

	private static final String FLYWAY = "org.flywaydb.core.Flyway";

	@Bean
	ConfiguredVectorRepositories rdsVectorRepositories(RdsVectorProperties properties) {
		return ConfiguredVectorRepositories.of(properties);
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean
	VectorIndexManager rdsVectorIndexManager(DataSource dataSource, ConfiguredVectorRepositories repositories) {
		return new VectorIndexManager(dataSource, repositories.tables(ConfiguredVectorRepository::indexManaged));
	}

	@Bean
	VectorIndexLifecycle rdsVectorIndexLifecycle(VectorIndexManager manager) {
		return new VectorIndexLifecycle(manager);
	}

	@Bean(VectorSchemaVerifier.BEAN_NAME)
	@ConditionalOnBean(type = FLYWAY)
	@DependsOnDatabaseInitialization
	VectorSchemaVerifier rdsVectorSchemaVerifierAfterFlyway(ConfiguredVectorRepositories repositories,
			DataSource dataSource, RdsVectorProperties properties) {
		return new VectorSchemaVerifier(repositories, dataSource, true, properties.isRequireRowSecurity());
	}

	@Bean(VectorSchemaVerifier.BEAN_NAME)
	@ConditionalOnMissingBean(type = FLYWAY)
	@DependsOnDatabaseInitialization
	VectorSchemaVerifier rdsVectorSchemaVerifierWithoutFlyway(ConfiguredVectorRepositories repositories,
			DataSource dataSource, RdsVectorProperties properties) {
		return new VectorSchemaVerifier(repositories, dataSource, false, properties.isRequireRowSecurity());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Flyway.class, FlywayConfigurationCustomizer.class })
	static class FlywayConfiguration {

		@Bean
		VectorFlywayCustomizer rdsVectorFlywayCustomizer(ConfiguredVectorRepositories repositories) {
			return new VectorFlywayCustomizer(repositories);
		}

	}

}
