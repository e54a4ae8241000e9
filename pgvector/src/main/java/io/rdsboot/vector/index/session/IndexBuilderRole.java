package io.rdsboot.vector.index.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Role that a session has, and what it lacks to build the indexes of a table.
 */
public final class IndexBuilderRole {

	private static final String ROLE = """
			SELECT current_user, pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE'), n.nspname,
				has_schema_privilege(n.oid, 'CREATE')
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)""";

	private final Connection connection;

	public IndexBuilderRole(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Return the schemas in which the session looks for names, as a list in SQL.
	 */
	String searchPath() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement
					.executeQuery("SELECT string_agg(quote_ident(s), ', ') FROM unnest(current_schemas(false)) s")) {
			row.next();
			String path = row.getString(1);
			return (path != null) ? path : "''";
		}
	}

	/**
	 * Return what is missing and what mends it, or {@code null} if the role may build the
	 * indexes.
	 * @param definitions the indexes that are to be built
	 */
	public @Nullable String problem(VectorTable table, List<IndexDefinition> definitions) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(ROLE)) {
			statement.setString(1, table.quotedName());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					return null;
				}
				String role = row.getString(1);
				String owner = row.getString(2);
				if (!row.getBoolean(3)) {
					return "role '%s' may not create indexes, because the table belongs to role '%s'; give the owner's login to Flyway (spring.flyway.user and password), or run as '%2$s': %s"
						.formatted(role, owner,
								definitions.stream()
									.map(IndexDefinition::createStatement)
									.collect(Collectors.joining("; ", "", ";")));
				}
				if (!row.getBoolean(5)) {
					return "role '%s' may not create indexes in schema %s; run as the schema's owner: GRANT CREATE ON SCHEMA %s TO %s;"
						.formatted(role, row.getString(4), VectorTable.quote(row.getString(4)),
								VectorTable.quote(role));
				}
				return null;
			}
		}
	}

}
