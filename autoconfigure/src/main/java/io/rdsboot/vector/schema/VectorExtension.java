package io.rdsboot.vector.schema;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * pgvector in one database: whether it is there, recent enough and visible.
 */
public final class VectorExtension {

	/**
	 * The first version with iterative scans, without which a filtered search misses
	 * rows.
	 */
	private static final String MIN_VERSION = "0.8.0";

	/**
	 * Key of the advisory lock, the letters "rdsv": {@code CREATE EXTENSION IF NOT
	 * EXISTS} fails when two sessions run it at once.
	 */
	private static final int LOCK_KEY = 0x72647376;

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private final JdbcOperations jdbc;

	/**
	 * Create an instance for the database that the given operations reach.
	 * @param jdbc the operations, on one connection
	 */
	public VectorExtension(JdbcOperations jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Make the extension where it is missing, and check it. Must be called within a
	 * transaction.
	 * @throws VectorSchemaException if the server has no pgvector, the role may not
	 * create the extension, or the extension does not fit
	 */
	public void create() {
		if (!exists()) {
			this.jdbc.execute("SET LOCAL lock_timeout = '60s'");
			this.jdbc.query("SELECT pg_advisory_xact_lock(?)", (row) -> {
			}, LOCK_KEY);
			if (!exists()) {
				requireAvailable();
				createExtension();
			}
		}
		validate();
	}

	/**
	 * Check that the extension is there, recent enough and visible.
	 * @throws VectorSchemaException if it is not
	 */
	public void validate() {
		List<String> version = this.jdbc.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'",
				(row, number) -> row.getString(1));
		if (version.isEmpty()) {
			requireAvailable();
			throw new VectorSchemaException("The extension vector is missing in database '%s'.".formatted(database()),
					commandOfAdministrator(database()));
		}
		if (Arrays.compare(parts(version.get(0)), parts(MIN_VERSION)) < 0) {
			throw new VectorSchemaException(
					"The extension vector in database '%s' has version %s, but at least %s is needed."
						.formatted(database(), version.get(0), MIN_VERSION),
					"Upgrade pgvector on the server if it is older, then run as its owner, connected to database '%s': ALTER EXTENSION vector UPDATE;"
						.formatted(database()));
		}
		String visible = this.jdbc.queryForObject("SELECT to_regtype('vector')::text", String.class);
		if (visible == null) {
			String schema = this.jdbc.queryForObject(
					"SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'", String.class);
			throw new VectorSchemaException(
					"The extension vector is in schema %s, which is not on the search_path (%s).".formatted(schema,
							searchPath()),
					"Add the schema to the search_path of the role or of the JDBC URL (currentSchema).");
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
		String database = database();
		String role = this.jdbc.queryForObject("SELECT current_user", String.class);
		try {
			this.jdbc.execute("CREATE EXTENSION IF NOT EXISTS vector" + schemaClause());
		}
		catch (DataAccessException ex) {
			if (ex.getRootCause() instanceof SQLException sqlException
					&& INSUFFICIENT_PRIVILEGE.equals(sqlException.getSQLState())) {
				throw new VectorSchemaException(
						"The extension vector is missing in database '%s', and role '%s' may not create it."
							.formatted(database, role),
						commandOfAdministrator(database));
			}
			throw ex;
		}
	}

	/**
	 * A tool that migrates puts its own schema first on the search_path, where the
	 * application would not find the type.
	 */
	private String schemaClause() {
		Boolean publicVisible = this.jdbc.queryForObject("SELECT 'public' = ANY (current_schemas(false))",
				Boolean.class);
		return Boolean.TRUE.equals(publicVisible) ? " SCHEMA public" : "";
	}

	private static String commandOfAdministrator(String database) {
		return "Run as an administrator (on RDS and Aurora a member of rds_superuser), connected to database '%s': CREATE EXTENSION vector;"
			.formatted(database);
	}

	private String database() {
		return String.valueOf(this.jdbc.queryForObject("SELECT current_database()", String.class));
	}

	private String searchPath() {
		return String.valueOf(this.jdbc.queryForObject("SHOW search_path", String.class));
	}

	private static int[] parts(String version) {
		return Arrays.stream(version.split("\\D+"))
			.filter((part) -> !part.isEmpty())
			.mapToInt(Integer::parseInt)
			.toArray();
	}

}
