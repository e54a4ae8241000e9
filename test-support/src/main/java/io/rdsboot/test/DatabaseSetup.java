package io.rdsboot.test;

import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.AdminClient;
import io.rdsboot.test.server.DatabaseServer;
import io.rdsboot.test.server.RolePassword;
import io.rdsboot.test.server.SqlQuotes;

/**
 * The application's database and role, RDS's role {@code rds_iam}, and the right to
 * create extensions that RDS gives with {@code rds_superuser}.
 * <p>
 * PostgreSQL lets superusers alone create an extension that is not marked as trusted, as
 * pgvector is not. RDS has a hook of its own for that. Here, an event trigger makes the
 * role a superuser while it executes {@code CREATE EXTENSION} for one that it may create:
 * within that transaction, so that no other session can see it.
 */
final class DatabaseSetup {

	private static final String BEGIN = """
			CREATE FUNCTION rdsadmin.begin_extension() RETURNS event_trigger
			LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
			DECLARE
				extension text := substring(current_query() from
					'(?i)(?:create|alter)\\s+extension\\s+(?:if\\s+not\\s+exists\\s+)?"?([a-z0-9_-]+)');
			BEGIN
				IF session_user = ANY (ARRAY[%1$s]) AND lower(extension) = ANY (ARRAY[%2$s]::text[])
						AND NOT (tg_tag = 'CREATE EXTENSION'
							AND EXISTS (SELECT FROM pg_extension WHERE extname = lower(extension))) THEN
					EXECUTE format('ALTER ROLE %%I SUPERUSER', session_user);
				END IF;
			END $$
			""";

	private static final String END = """
			CREATE FUNCTION rdsadmin.end_extension() RETURNS event_trigger
			LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
			BEGIN
				IF session_user = ANY (ARRAY[%1$s]) AND (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
					EXECUTE format('ALTER ROLE %%I NOSUPERUSER', session_user);
				END IF;
			END $$
			""";

	private DatabaseSetup() {
	}

	/**
	 * Makes the roles and the database.
	 * @param client the administrator's connections
	 * @param writer the server to change
	 * @param settings what was asked for
	 * @param application login of the application's role
	 */
	static void apply(AdminClient client, DatabaseServer writer, ClusterSettings settings, Login application) {
		client.execute(writer, "postgres",
				"CREATE ROLE %s LOGIN PASSWORD %s".formatted(SqlQuotes.identifier(application.username()),
						RolePassword.literal(application.password())),
				"CREATE ROLE rds_iam", "CREATE DATABASE %s OWNER %s".formatted(
						SqlQuotes.identifier(settings.database()), SqlQuotes.identifier(application.username())));
		if (settings.addresses() != null && settings.addresses().iam()) {
			client.execute(writer, "postgres",
					"GRANT rds_iam TO %s".formatted(SqlQuotes.identifier(application.username())));
		}
		for (String extension : settings.extensions()) {
			client.execute(writer, settings.database(),
					"CREATE EXTENSION IF NOT EXISTS %s".formatted(SqlQuotes.identifier(extension)));
		}
		if (!settings.creatableExtensions().isEmpty()) {
			grantExtensions(client, writer, settings);
		}
	}

	private static void grantExtensions(AdminClient client, DatabaseServer writer, ClusterSettings settings) {
		String roles = list(settings.logins());
		String names = list(settings.creatableExtensions());
		client.execute(writer, settings.database(), "CREATE SCHEMA rdsadmin",
				"GRANT USAGE ON SCHEMA rdsadmin TO PUBLIC", BEGIN.formatted(roles, names), END.formatted(roles), """
						CREATE EVENT TRIGGER rds_begin_extension ON ddl_command_start
						WHEN TAG IN ('CREATE EXTENSION', 'ALTER EXTENSION') EXECUTE FUNCTION rdsadmin.begin_extension()
						""", """
						CREATE EVENT TRIGGER rds_end_extension ON ddl_command_end
						WHEN TAG IN ('CREATE EXTENSION', 'ALTER EXTENSION') EXECUTE FUNCTION rdsadmin.end_extension()
						""");
	}

	private static String list(List<String> names) {
		return names.stream().map(SqlQuotes::literal).collect(Collectors.joining(", "));
	}

}
