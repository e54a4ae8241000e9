package io.rdsboot.vector.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Declared vector tables against those that a database has: creates, changes, compares.
 * Looks at the catalogue, whoever made the table. Columns that are not declared are left
 * alone. Indexes other than the primary key are no part of it.
 */
public final class VectorSchema {

	private static final Logger logger = LoggerFactory.getLogger(VectorSchema.class);

	private final JdbcOperations jdbc;

	private final TableCatalog catalog;

	private final long maxRewrittenBytes;

	/**
	 * Create an instance for a database.
	 * @param dataSource where the tables are, or are to be
	 */
	public VectorSchema(DataSource dataSource) {
		this(new JdbcTemplate(dataSource));
	}

	/**
	 * Create an instance for the database that the given operations reach.
	 * @param jdbc the operations
	 */
	public VectorSchema(JdbcOperations jdbc) {
		this(jdbc, TableMigration.DEFAULT_MAX_REWRITTEN_BYTES);
	}

	VectorSchema(JdbcOperations jdbc, long maxRewrittenBytes) {
		this.jdbc = jdbc;
		this.catalog = new TableCatalog(jdbc, false);
		this.maxRewrittenBytes = maxRewrittenBytes;
	}

	/**
	 * Return a text that is the same for all declarations of which {@link #migrate} makes
	 * the same table.
	 * @param table the table
	 * @return the text
	 */
	public static String describe(VectorTable table) {
		return new TableDefinition(table).toString();
	}

	/**
	 * Create the table, or make it fit its declaration as far as nothing is lost by it
	 * and the table is not locked for long. All or nothing: in the transaction that is
	 * running, or in one of its own.
	 *
	 * <p>
	 * Missing columns are added; those that every row needs, the main vector and the
	 * tenant, to an empty table only. In an empty table every column is given its
	 * declared type. In one with rows whole numbers are widened, and generated words are
	 * added or generated anew, while the table has at most 256 MB, because that rewrites
	 * it. Row-level security is added for tenants, once each row has one.
	 * @param table the table
	 * @throws VectorSchemaException if the table exists and cannot be made to fit; says
	 * which statements an operator may run
	 */
	public void migrate(VectorTable table) {
		inOneTransaction((jdbc) -> migrate(table, jdbc));
	}

	/**
	 * Create the extension where it is missing, and {@link #migrate(VectorTable) migrate}
	 * the tables: what a program does at its start that has no tool for migrations. All
	 * or nothing, in the transaction that is running or in one of its own. Several
	 * instances of a program may do so at once.
	 * @param tables the tables
	 * @throws VectorSchemaException if the extension is missing and cannot be created, or
	 * a table exists and cannot be made to fit; says which statements an operator may run
	 */
	public void migrate(Collection<VectorTable> tables) {
		inOneTransaction((jdbc) -> {
			VectorExtension.declaredBy(jdbc, tables).forEach(VectorExtension::create);
			tables.forEach((table) -> migrate(table, jdbc));
		});
	}

	private void migrate(VectorTable table, JdbcOperations jdbc) {
		new TableMigration(jdbc, new TableDefinition(table), this.maxRewrittenBytes).run();
	}

	private void inOneTransaction(Consumer<JdbcOperations> work) {
		this.jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			JdbcTemplate onConnection = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			if (connection.getAutoCommit()) {
				inTransaction(connection, () -> work.accept(onConnection));
			}
			else {
				work.accept(onConnection);
			}
			return true;
		});
	}

	private static void inTransaction(Connection connection, Runnable work) throws SQLException {
		connection.setAutoCommit(false);
		try {
			work.run();
			connection.commit();
			connection.setAutoCommit(true);
		}
		catch (SQLException | RuntimeException ex) {
			rollback(connection, ex);
			throw ex;
		}
	}

	/**
	 * A pool may have closed the connection for its error, which has undone all too.
	 */
	private static void rollback(Connection connection, Exception cause) {
		try {
			connection.rollback();
			connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * Check that the table exists and fits its declaration.
	 *
	 * <p>
	 * A column may be stricter than declared: not null, or a {@code varchar} for text. Of
	 * metadata that is {@code json}, a line is logged with the statement that makes it
	 * faster. Whether the policies that keep tenants apart bind the role that asks is for
	 * {@link TenantRole} to say.
	 * @param table the table
	 * @throws VectorSchemaException if it does not; names all that differs, with what is
	 * declared and what is there
	 */
	public void validate(VectorTable table) {
		ExistingTable existing = this.catalog.find(table);
		if (existing == null) {
			throw missing(table);
		}
		new TableComparison(new TableDefinition(table), existing, this.catalog, this.maxRewrittenBytes).requireNone();
		if (table.metadataColumn() != null && table.metadataType() == MetadataType.JSON) {
			String column = VectorTable.quote(table.metadataColumn());
			logger
				.info("Vector table {} has its metadata as json: a filter on a key without a column parses the JSON of each row that it looks at. "
						+ "To make it faster, run as the table's owner while nobody uses the table: ALTER TABLE {} ALTER COLUMN {} TYPE jsonb; then declare it as jsonb",
						table, table.quotedName(), column);
		}
	}

	/**
	 * Check that the extension is there and recent enough, and that the tables
	 * {@link #validate(VectorTable) fit} their declarations.
	 * @param tables the tables
	 * @throws VectorSchemaException if not
	 */
	public void validate(Collection<VectorTable> tables) {
		VectorExtension.declaredBy(this.jdbc, tables).forEach(VectorExtension::validate);
		tables.forEach(this::validate);
	}

	private VectorSchemaException missing(VectorTable table) {
		String description = "Vector table %s does not exist in database '%s' (search_path: %s).".formatted(table,
				this.catalog.database(), this.catalog.searchPath());
		List<String> elsewhere = this.jdbc.query("""
				SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
				WHERE c.relname = ? AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' ORDER BY n.nspname""",
				(row, number) -> row.getString(1), table.name());
		if (elsewhere.isEmpty()) {
			return new VectorSchemaException(description,
					"Create the table, declare the one that exists, or let it be made by schema: migrate.");
		}
		String schema = elsewhere.get(0);
		return new VectorSchemaException(
				description + " A table of that name is in schema %s.".formatted(String.join(", ", elsewhere)),
				"If it is the one (Flyway makes tables in spring.flyway.default-schema), declare where it is by schema-name: %s, or put the schema on the search path: ?currentSchema=%s in the address, or ALTER ROLE ... SET search_path = %s."
					.formatted(schema, schema, VectorTable.quote(schema)));
	}

}
