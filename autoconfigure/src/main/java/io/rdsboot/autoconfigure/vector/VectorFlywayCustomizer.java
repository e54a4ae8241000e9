package io.rdsboot.autoconfigure.vector;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.vector.RdsVectorProperties.SchemaMode;
import io.rdsboot.flyway.VectorExtensionCallback;
import io.rdsboot.flyway.VectorTablesMigration;
import io.rdsboot.vector.table.VectorTable;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;

import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds the extension and the tables of vector repositories to Flyway's work. Comes last,
 * so as to add to what others set.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
class VectorFlywayCustomizer implements FlywayConfigurationCustomizer {

	private final ConfiguredVectorRepositories repositories;

	VectorFlywayCustomizer(ConfiguredVectorRepositories repositories) {
		this.repositories = repositories;
	}

	@Override
	public void customize(FluentConfiguration configuration) {
		List<VectorTable> tables = this.repositories.tables((repository) -> repository.schema() == SchemaMode.MIGRATE);
		if (!tables.isEmpty()) {
			configuration
				.callbacks(append(configuration.getCallbacks(), new VectorExtensionCallback(tables), Callback[]::new));
			configuration.javaMigrations(
					append(configuration.getJavaMigrations(), new VectorTablesMigration(tables), JavaMigration[]::new));
		}
	}

	private static <T> T[] append(T[] existing, T added, IntFunction<T[]> array) {
		return Stream.concat(Arrays.stream(existing), Stream.of(added)).toArray(array);
	}

}
