package io.rdsboot.flyway;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorTable;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Repeatable migration that creates declared vector tables, and adapts them when a
 * declaration changes. One for all tables: Flyway reports a repeatable migration that has
 * gone as an error, and a table that is not declared any more is none.
 */
public final class VectorTablesMigration implements JavaMigration {

	/**
	 * Description of the migration in Flyway's history.
	 */
	public static final String DESCRIPTION = "rds vector tables";

	private final List<VectorTable> tables;

	/**
	 * Create a migration.
	 * @param tables the declared tables
	 */
	public VectorTablesMigration(Collection<VectorTable> tables) {
		this.tables = tables.stream().sorted(Comparator.comparing(VectorTable::toString)).toList();
	}

	/**
	 * Return no version, because the migration is repeatable.
	 * @return {@code null}
	 */
	@Override
	@SuppressWarnings("NullAway") // Flyway's own contract for a repeatable migration
	public @Nullable MigrationVersion getVersion() {
		return null;
	}

	@Override
	public String getDescription() {
		return DESCRIPTION;
	}

	/**
	 * Return a sum over what concerns the tables. Distances and indexes do not, they are
	 * no part of a migration.
	 * @return the checksum
	 */
	@Override
	public Integer getChecksum() {
		CRC32 checksum = new CRC32();
		checksum.update(this.tables.stream()
			.map(VectorSchema::describe)
			.collect(Collectors.joining("\n"))
			.getBytes(StandardCharsets.UTF_8));
		return (int) checksum.getValue();
	}

	@Override
	public boolean canExecuteInTransaction() {
		return true;
	}

	@Override
	public void migrate(Context context) {
		VectorSchema schema = new VectorSchema(
				new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true)));
		this.tables.forEach(schema::migrate);
	}

}
