package io.rdsboot.vector.schema;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * pgvector in one database: whether it is there, recent enough and where it is declared
 * to be.
 */
public final class VectorExtension {

	/**
	 * The first version with iterative scans, without which a filtered search misses
	 * rows.
	 */
	private static final ExtensionVersion MIN_VERSION = new ExtensionVersion("0.8.0");

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private final JdbcOperations jdbc;

	private final @Nullable String schema;

	/**
	 * Return the extension as tables declare it.
	 * @param jdbc the operations, on one connection
	 * @param tables the tables
	 * @return one instance for each schema that they declare; as a database has the
	 * extension once, only one of several can fit
	 */
	public static List<VectorExtension> declaredBy(JdbcOperations jdbc, Collection<VectorTable> tables) {
		return tables.stream()
			.map((table) -> Optional.ofNullable(table.extensionSchema()))
			.distinct()
			.sorted(Comparator.comparing((schema) -> schema.orElse(""), Comparator.reverseOrder()))
			.map((schema) -> new VectorExtension(jdbc, schema.orElse(null)))
			.toList();
	}

	/**
	 * Create an instance for the database that the given operations reach.
	 * @param jdbc the operations, on one connection
	 * @param schema name of the declared schema, without quotes, or {@code null} for one
	 * on the {@code search_path}
	 */
	public VectorExtension(JdbcOperations jdbc, @Nullable String schema) {
		this.jdbc = jdbc;
		this.schema = schema;
	}

	/**
	 * Make the extension where it is missing, and check it. Must be called within a
	 * transaction.
	 * @throws VectorSchemaException if the server has no pgvector, the role may not
	 * create the extension, or the extension does not fit
	 */
	public void create() {
		if (!exists()) {
			SchemaLock.acquire(this.jdbc);
			if (!exists()) {
				requireAvailable();
				createExtension();
			}
		}
		validate();
	}

	/**
	 * Check that the extension is there, recent enough, and in the declared schema or
	 * visible.
	 * @throws VectorSchemaException if it is not
	 */
	public void validate() {
		List<String> version = this.jdbc.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'",
				(row, number) -> row.getString(1));
		if (version.isEmpty()) {
			requireAvailable();
			throw new VectorSchemaException("The extension vector is missing in database '%s'.".formatted(database()),
					commandOfAdministrator());
		}
		if (new ExtensionVersion(version.get(0)).isBefore(MIN_VERSION)) {
			throw new VectorSchemaException(
					"The extension vector in database '%s' has version %s, but at least %s is needed."
						.formatted(database(), version.get(0), MIN_VERSION),
					"Upgrade pgvector on the server if it is older, then run as its owner, connected to database '%s': ALTER EXTENSION vector UPDATE;"
						.formatted(database()));
		}
		String found = String.valueOf(this.jdbc.queryForObject("""
				SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
				WHERE e.extname = 'vector'""", String.class));
		if (this.schema == null) {
			requireVisible(found);
		}
		else {
			requireUsable(this.schema, found);
		}
	}

	private void requireVisible(String found) {
		if (this.jdbc.queryForObject("SELECT to_regtype('vector')::text", String.class) == null) {
			throw new VectorSchemaException(
					"The extension vector is in schema %s, which is not on the search_path (%s).".formatted(found,
							searchPath()),
					"Declare '%s' as the extension's schema, or add it to the search_path of the role or of the JDBC URL (currentSchema)."
						.formatted(found));
		}
	}

	private void requireUsable(String declared, String found) {
		if (!declared.equals(found)) {
			throw new VectorSchemaException(
					"The extension vector is declared to be in schema %s, but is in schema %s.".formatted(declared,
							found),
					"Declare '%s' as the extension's schema, or run as the extension's owner: ALTER EXTENSION vector SET SCHEMA %s;"
						.formatted(found, VectorTable.quote(declared)));
		}
		if (!Boolean.TRUE
			.equals(this.jdbc.queryForObject("SELECT has_schema_privilege(?, 'USAGE')", Boolean.class, declared))) {
			String role = role();
			throw new VectorSchemaException(
					"The extension vector is in schema %s, which role '%s' may not use.".formatted(declared, role),
					"Run as the schema's owner: GRANT USAGE ON SCHEMA %s TO %s;".formatted(VectorTable.quote(declared),
							VectorTable.quote(role)));
		}
	}

	private boolean exists() {
		return !this.jdbc.queryForList("SELECT 1 FROM pg_extension WHERE extname = 'vector'").isEmpty();
	}

	private void requireAvailable() {
		if (this.jdbc.queryForList("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'").isEmpty()) {
			throw new VectorSchemaException(
					"The PostgreSQL server of database '%s' has no pgvector.".formatted(database()),
					"Install pgvector %s or later on the server, or use an engine version of RDS or Aurora that has it."
						.formatted(MIN_VERSION));
		}
	}

	private void createExtension() {
		String missing = "The extension vector is missing in database '%s', and role '%s' may not create it."
			.formatted(database(), role());
		String command = commandOfAdministrator();
		try {
			if (this.schema != null && !new TableCatalog(this.jdbc, false).hasSchema(this.schema)) {
				this.jdbc.execute("CREATE SCHEMA " + VectorTable.quote(this.schema));
			}
			this.jdbc.execute("CREATE EXTENSION vector" + schemaClause());
		}
		catch (DataAccessException ex) {
			if (ex.getRootCause() instanceof SQLException sqlException
					&& INSUFFICIENT_PRIVILEGE.equals(sqlException.getSQLState())) {
				throw new VectorSchemaException(missing, command);
			}
			throw ex;
		}
	}

	/**
	 * A tool that migrates puts its own schema first on the search_path, where the
	 * application would not find the type.
	 */
	private String schemaClause() {
		if (this.schema != null) {
			return " SCHEMA " + VectorTable.quote(this.schema);
		}
		Boolean publicVisible = this.jdbc.queryForObject("SELECT 'public' = ANY (current_schemas(false))",
				Boolean.class);
		return Boolean.TRUE.equals(publicVisible) ? " SCHEMA public" : "";
	}

	private String commandOfAdministrator() {
		String quoted = VectorTable.quote(String.valueOf(this.schema));
		String command = (this.schema == null) ? "CREATE EXTENSION vector;"
				: "CREATE SCHEMA IF NOT EXISTS %s; CREATE EXTENSION vector SCHEMA %1$s;".formatted(quoted);
		return "Run as an administrator (on RDS and Aurora a member of rds_superuser), connected to database '%s': %s"
			.formatted(database(), command);
	}

	private String role() {
		return String.valueOf(this.jdbc.queryForObject("SELECT current_user", String.class));
	}

	private String database() {
		return String.valueOf(this.jdbc.queryForObject("SELECT current_database()", String.class));
	}

	private String searchPath() {
		return String.valueOf(this.jdbc.queryForObject("SHOW search_path", String.class));
	}

}
