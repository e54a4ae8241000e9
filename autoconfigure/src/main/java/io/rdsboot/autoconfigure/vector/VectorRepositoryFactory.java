package io.rdsboot.autoconfigure.vector;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallTuner;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.util.function.SingletonSupplier;

/**
 * Makes the beans of declared vector repositories.
 */
final class VectorRepositoryFactory {

	/**
	 * Name of the method that makes a bean. As code that is generated ahead of time can
	 * call a method, and no lambda, definitions name it.
	 */
	static final String METHOD = "repository";

	private VectorRepositoryFactory() {
	}

	/**
	 * Make a repository.
	 * @param name the name of the repository
	 * @param repositories all that are declared
	 * @param dataSource the application's data source
	 * @param tenantResolver says whose a call is, if the application says so
	 * @param exceptionTranslator what the application's {@code JdbcTemplate} has
	 * @param recallTuner what finds the settings of searches
	 * @param indexManager what knows which indexes there are, first asked by a search: a
	 * migration before it may use the repository
	 */
	static VectorRepository<?> repository(String name, ConfiguredVectorRepositories repositories, DataSource dataSource,
			ObjectProvider<TenantResolver> tenantResolver, ObjectProvider<SQLExceptionTranslator> exceptionTranslator,
			RecallTuner recallTuner, ObjectProvider<VectorIndexManager> indexManager) {
		ConfiguredVectorRepository repository = repositories.repository(name);
		VectorTable table = repository.table();
		Supplier<UnaryOperator<VectorColumn>> actualColumns = SingletonSupplier
			.of(() -> indexManager.getObject().actualColumns(table));
		return JdbcVectorRepository.builder(dataSource, table, table.idType().javaType())
			.tenantResolver((table.tenantKey() != null) ? required(name, tenantResolver.getIfAvailable()) : null)
			.exceptionTranslator(exceptionTranslator.getIfUnique())
			.searchLimits(repository.searchLimits())
			.tuning(recallTuner.tuning(table))
			.actualColumns((column) -> (column.index() instanceof VectorIndex.Auto) ? actualColumns.get().apply(column)
					: column)
			.build();
	}

	private static TenantResolver required(String name, @Nullable TenantResolver resolver) {
		if (resolver == null) {
			throw new InvalidRdsConfigurationException(
					List.of(new ConfigurationProblem("rds.vector.repositories.%s.tenant".formatted(name), null,
							"nothing says which tenant a call belongs to",
							"Define a bean of type TenantResolver, or remove the property.")));
		}
		return resolver;
	}

}
