package io.rdsboot.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.schema.VectorExtension;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.VectorTable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the tables of vector repositories with their declarations at start, after
 * Flyway. Tables that Flyway has made are compared too: it looks at them again only when
 * their declaration changes.
 */
class VectorSchemaVerifier implements InitializingBean {

	static final String BEAN_NAME = "rdsVectorSchemaVerifier";

	private final ConfiguredVectorRepositories repositories;

	private final DataSource dataSource;

	private final boolean migrating;

	VectorSchemaVerifier(ConfiguredVectorRepositories repositories, DataSource dataSource, boolean migrating) {
		this.repositories = repositories;
		this.dataSource = dataSource;
		this.migrating = migrating;
	}

	@Override
	public void afterPropertiesSet() {
		if (!this.migrating) {
			refuseMigrations();
		}
		List<VectorTable> tables = this.repositories.tables((repository) -> repository.schema() != SchemaMode.NONE);
		if (!tables.isEmpty()) {
			JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
			VectorExtension.declaredBy(jdbc, tables).forEach(VectorExtension::validate);
			tables.forEach(new VectorSchema(jdbc)::validate);
		}
	}

	private void refuseMigrations() {
		List<ConfigurationProblem> problems = this.repositories.repositories()
			.stream()
			.filter((repository) -> repository.schema() == SchemaMode.MIGRATE)
			.map((repository) -> new ConfigurationProblem(
					"rds.vector.repositories.%s.schema".formatted(repository.name()), "migrate",
					"nothing can create the table, because Flyway is not on the class path or disabled",
					"Add spring-boot-starter-flyway and flyway-database-postgresql (and do not set spring.flyway.enabled to false), or set rds.vector.schema to validate or none."))
			.toList();
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

}
