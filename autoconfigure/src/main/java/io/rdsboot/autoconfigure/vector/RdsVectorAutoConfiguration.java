package io.rdsboot.autoconfigure.vector;

import javax.sql.DataSource;

import com.pgvector.PGvector;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.index.DailyWindow;
import io.rdsboot.vector.index.IndexMaintenance;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.recall.RecallTuner;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
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
import org.springframework.core.env.Environment;
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
	VectorIndexManager rdsVectorIndexManager(DataSource dataSource, ConfiguredVectorRepositories repositories,
			ObjectProvider<TableOwnerDataSource> owner, ObjectProvider<VectorIndexManager.BuildListener> buildListener,
			Environment environment, RdsVectorProperties properties) {
		return VectorIndexManager.builder(dataSource, repositories.tables(ConfiguredVectorRepository::indexManaged))
			.ownerDataSource(TableOwnerDataSource.of(owner))
			.application(environment.getProperty("spring.application.name", "application"))
			.maxBuildMemory(properties.getIndexBuild().getMaxMemory())
			.buildWorkers(properties.getIndexBuild().getWorkers())
			.maintenance(indexMaintenance(properties.getIndexMaintenance()))
			.buildListener(buildListener.getIfAvailable(() -> VectorIndexManager.BuildListener.NONE))
			.build();
	}

	private static IndexMaintenance indexMaintenance(RdsVectorProperties.Maintenance maintenance) {
		String window = maintenance.getWindow();
		return new IndexMaintenance(maintenance.getAction(), (window != null) ? DailyWindow.parse(window) : null,
				maintenance.getInterval());
	}

	@Bean
	VectorIndexLifecycle rdsVectorIndexLifecycle(VectorIndexManager manager, RecallTuner tuner) {
		return new VectorIndexLifecycle(manager, tuner);
	}

	@Bean
	@ConditionalOnMissingBean
	RecallTuner rdsVectorRecallTuner(DataSource dataSource, ConfiguredVectorRepositories repositories,
			ObjectProvider<TableOwnerDataSource> owner, RdsVectorProperties properties) {
		RdsVectorProperties.Recall recall = properties.getRecall();
		RecallTuner.Builder tuner = RecallTuner.builder(dataSource)
			.ownerDataSource(TableOwnerDataSource.of(owner))
			.captureQueries(recall.isCaptureQueries())
			.interval(recall.getInterval())
			.timeBudget(recall.getTimeBudget())
			.onDrift(recall.getOnDrift());
		repositories.repositories().forEach((repository) -> {
			if (repository.targetRecall() != null) {
				tuner.target(repository.table(), repository.targetRecall());
			}
		});
		return tuner.build();
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

		/**
		 * Flyway's login, which the tables belong to that it has made.
		 */
		@Bean
		TableOwnerDataSource rdsVectorTableOwnerDataSource(ObjectProvider<Flyway> flyway,
				ConfiguredVectorRepositories repositories) {
			boolean migrating = !repositories.tables((repository) -> repository.schema() == SchemaMode.MIGRATE)
				.isEmpty();
			Flyway migration = migrating ? flyway.getIfUnique() : null;
			return new TableOwnerDataSource((migration != null) ? migration.getConfiguration().getDataSource() : null);
		}

	}

}
