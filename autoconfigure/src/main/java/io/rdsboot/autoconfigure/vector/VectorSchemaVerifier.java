package io.rdsboot.autoconfigure.vector;

import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties.SchemaMode;
import io.rdsboot.vector.schema.TenantRole;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Compares the tables of vector repositories with their declarations at start, after
 * Flyway. Tables that Flyway has made are compared too: it looks at them again only when
 * their declaration changes.
 */
class VectorSchemaVerifier implements InitializingBean {

	private static final Logger logger = LoggerFactory.getLogger(VectorSchemaVerifier.class);

	static final String BEAN_NAME = "rdsVectorSchemaVerifier";

	private final ConfiguredVectorRepositories repositories;

	private final DataSource dataSource;

	private final boolean migrating;

	private final boolean rowSecurityRequired;

	VectorSchemaVerifier(ConfiguredVectorRepositories repositories, DataSource dataSource, boolean migrating,
			boolean rowSecurityRequired) {
		this.repositories = repositories;
		this.dataSource = dataSource;
		this.migrating = migrating;
		this.rowSecurityRequired = rowSecurityRequired;
	}

	@Override
	public void afterPropertiesSet() {
		if (!this.migrating) {
			refuseMigrations();
		}
		List<VectorTable> tables = this.repositories.tables((repository) -> repository.schema() != SchemaMode.NONE);
		if (!tables.isEmpty()) {
			new VectorSchema(this.dataSource).validate(tables);
			tables.stream().filter((table) -> table.tenantKey() != null).findFirst().ifPresent(this::verifyRoles);
		}
	}

	/**
	 * Readers may have credentials of their own.
	 */
	private void verifyRoles(VectorTable table) {
		TenantRole role = new TenantRole(new JdbcTemplate(this.dataSource));
		verify(role, table);
		TransactionTemplate reading = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		reading.setReadOnly(true);
		try {
			reading.executeWithoutResult((status) -> verify(role, table));
		}
		catch (DataAccessException | TransactionException ex) {
			logger.debug("The role of the readers could not be asked for", ex);
		}
	}

	private void verify(TenantRole role, VectorTable table) {
		try {
			role.requireBound(table);
		}
		catch (VectorSchemaException ex) {
			if (this.rowSecurityRequired) {
				throw new VectorSchemaException(String.valueOf(ex.getMessage()), ex.getAction()
						+ "\nWhere nobody else's rows are at stake, as in tests, rds.vector.require-row-security=false "
						+ "makes a warning of this.");
			}
			logger.warn(ex.getMessage());
		}
	}

	private void refuseMigrations() {
		List<ConfigurationProblem> problems = this.repositories.repositories()
			.stream()
			.filter((repository) -> repository.schema() == SchemaMode.MIGRATE)
			.map((repository) -> new ConfigurationProblem(
					"rds.vector.repositories.%s.schema".formatted(repository.name()), "migrate",
					"nothing can create the table, because Flyway is not on the class path or disabled",
					"Add the dependencies org.springframework.boot:spring-boot-starter-flyway and org.flywaydb:flyway-database-postgresql (and do not set spring.flyway.enabled to false), or set rds.vector.schema to validate or none."))
			.toList();
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

}
