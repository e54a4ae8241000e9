package io.rdsboot.autoconfigure.migration;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.flyway.VectorTablesMigration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.JavaMigration;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/**
 * Migrates unless there is nothing to do: Flyway would refuse the schema of an
 * application that has neither migrations nor repositories. It would refuse as well the
 * history of one that makes no tables of repositories any more, and is given an empty
 * migration in place of theirs.
 */
class RdsFlywayMigrationStrategy implements FlywayMigrationStrategy {

	@Override
	public void migrate(Flyway flyway) {
		MigrationInfo[] migrations = flyway.info().all();
		if (migrations.length > 0) {
			(Arrays.stream(migrations).anyMatch(RdsFlywayMigrationStrategy::isFormerTables)
					? withoutTables(flyway.getConfiguration()) : flyway)
				.migrate();
		}
	}

	private static boolean isFormerTables(MigrationInfo migration) {
		return VectorTablesMigration.DESCRIPTION.equals(migration.getDescription()) && migration.getState().isApplied()
				&& !migration.getState().isResolved();
	}

	private static Flyway withoutTables(Configuration configuration) {
		return Flyway.configure(configuration.getClassLoader())
			.configuration(configuration)
			.javaMigrations(Stream
				.concat(Arrays.stream(configuration.getJavaMigrations()),
						Stream.of(new VectorTablesMigration(List.of())))
				.toArray(JavaMigration[]::new))
			.load();
	}

}
