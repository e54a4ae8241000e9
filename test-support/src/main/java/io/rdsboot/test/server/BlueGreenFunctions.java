package io.rdsboot.test.server;

import java.nio.file.Path;

/**
 * The function by which RDS tells of a Blue/Green deployment, as an SQL function of the
 * same name that reads rows from a file: an extension's function of RDS for PostgreSQL,
 * which roles must be granted, or the built-in one of Aurora.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments.html">Blue/Green
 * deployments</a>
 */
public final class BlueGreenFunctions {

	/** Schema of the extension that RDS for PostgreSQL has the function in. */
	public static final String SCHEMA = "rds_tools";

	private static final String TOPOLOGY = SCHEMA + ".show_topology";

	private static final String METADATA = "pg_catalog.get_blue_green_fast_switchover_metadata";

	private static final String FUNCTION = """
			CREATE OR REPLACE FUNCTION %s(client text DEFAULT NULL)
			RETURNS TABLE (id text, endpoint text, port integer, role text, status text, version text)
			LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
				SELECT * FROM json_to_recordset(pg_read_file(%s)::json)
					AS entry (id text, endpoint text, port integer, role text, status text, version text)
			$$
			""";

	private final AdminClient client;

	private final boolean aurora;

	private final String database;

	/**
	 * Creates the functions' installer.
	 * @param client the administrator's connections
	 * @param aurora whether the servers are Aurora's
	 * @param database the application's database, which gets the function
	 */
	public BlueGreenFunctions(AdminClient client, boolean aurora, String database) {
		this.client = client;
		this.aurora = aurora;
		this.database = database;
	}

	/**
	 * Makes the function.
	 * @param writer the server to change; its readers get the function from it
	 * @param stateFile the rows, as a JSON array
	 */
	public void install(DatabaseServer writer, Path stateFile) {
		String file = SqlQuotes.literal(stateFile.toString());
		if (this.aurora) {
			this.client.execute(writer, this.database, FUNCTION.formatted(METADATA, file));
			return;
		}
		this.client.execute(writer, this.database, "CREATE SCHEMA IF NOT EXISTS " + SCHEMA,
				FUNCTION.formatted(TOPOLOGY, file),
				"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA %s FROM PUBLIC".formatted(SCHEMA));
	}

	/**
	 * Lets a role call the function, as the owner of a database does on RDS. Aurora's
	 * needs no grant.
	 * @param writer the server to change
	 * @param role the role
	 */
	public void grant(DatabaseServer writer, String role) {
		if (!this.aurora) {
			String grantee = SqlQuotes.identifier(role);
			this.client.execute(writer, this.database, "GRANT USAGE ON SCHEMA %s TO %s".formatted(SCHEMA, grantee),
					"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %s TO %s".formatted(SCHEMA, grantee));
		}
	}

}
