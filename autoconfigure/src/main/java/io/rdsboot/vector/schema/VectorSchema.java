package io.rdsboot.vector.schema;

import java.sql.Connection;
import java.sql.SQLException;

import io.rdsboot.vector.VectorTable;

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

	private final JdbcOperations jdbc;

	private final TableCatalog catalog;

	private final long maxRewrittenBytes;

	/**
	 * Create an instance for the database that the given operations reach.
	 * @param jdbc the operations
	 */
	public VectorSchema(JdbcOperations jdbc) {
		this(jdbc, TableMigration.DEFAULT_MAX_REWRITTEN_BYTES);
	}

	VectorSchema(JdbcOperations jdbc, long maxRewrittenBytes) {
		this.jdbc = jdbc;
		this.catalog = new TableCatalog(jdbc);
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
		this.jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			TableMigration migration = new TableMigration(
					new JdbcTemplate(new SingleConnectionDataSource(connection, true)), new TableDefinition(table),
					this.maxRewrittenBytes);
			if (connection.getAutoCommit()) {
				inTransaction(connection, migration);
			}
			else {
				migration.run();
			}
			return true;
		});
	}

	private static void inTransaction(Connection connection, TableMigration migration) throws SQLException {
		connection.setAutoCommit(false);
		try {
			migration.run();
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
	 * A column may be stricter than declared: not null, or a {@code varchar} for text.
	 * Whether the policies that keep tenants apart bind the role that asks is for
	 * {@link TenantRole} to say.
	 * @param table the table
	 * @throws VectorSchemaException if it does not; names all that differs, with what is
	 * declared and what is there
	 */
	public void validate(VectorTable table) {
		ExistingTable existing = this.catalog.find(table);
		if (existing == null) {
			throw new VectorSchemaException(
					"Vector table %s does not exist in database '%s' (search_path: %s).".formatted(table,
							this.catalog.database(), this.catalog.searchPath()),
					"Create the table, declare the one that exists, or let it be made by schema: migrate.");
		}
		new TableComparison(new TableDefinition(table), existing, this.catalog, this.maxRewrittenBytes).requireNone();
	}

}
