package io.rdsboot.vector.schema;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Makes one table what its declaration says, within a transaction.
 */
final class TableMigration {

	/**
	 * A table of this size is rewritten within seconds.
	 */
	static final long DEFAULT_MAX_REWRITTEN_BYTES = 256L << 20;

	private static final Logger logger = LoggerFactory.getLogger(TableMigration.class);

	/**
	 * A change may bring another one with it: to change a column's type takes away the
	 * policy that reads it.
	 */
	private static final int MAX_ROUNDS = 3;

	private final JdbcOperations jdbc;

	private final TableDefinition definition;

	private final VectorTable table;

	private final TableCatalog catalog;

	private final long maxRewrittenBytes;

	TableMigration(JdbcOperations jdbc, TableDefinition definition, long maxRewrittenBytes) {
		this.jdbc = jdbc;
		this.definition = definition;
		this.table = definition.table();
		this.catalog = new TableCatalog(jdbc, true);
		this.maxRewrittenBytes = maxRewrittenBytes;
	}

	void run() {
		String lockTimeout = this.jdbc.queryForObject("SHOW lock_timeout", String.class);
		SchemaLock.acquire(this.jdbc);
		ExistingTable existing = this.catalog.find(this.table);
		if (existing == null) {
			create();
		}
		else if (!compare(existing).requireLossless().isEmpty()) {
			change();
		}
		this.jdbc.query("SELECT set_config('lock_timeout', ?, true)", (row) -> {
		}, lockTimeout);
	}

	private void create() {
		String schema = this.table.schema();
		if (schema != null && !this.catalog.hasSchema(schema)) {
			execute("CREATE SCHEMA " + VectorTable.quote(schema));
		}
		this.definition.create().forEach(this::execute);
	}

	/**
	 * Holds the lock before it looks whether there are rows. While it waits for the lock
	 * all that come later wait too, so it does not for long: another instance may be
	 * building an index for hours.
	 */
	private void change() {
		this.jdbc.execute("SET LOCAL lock_timeout = '10s'");
		execute("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE".formatted(this.table.quotedName()));
		for (int round = 0; round < MAX_ROUNDS; round++) {
			List<Difference> differences = compareAgain().requireLossless();
			for (Difference difference : differences) {
				logger.info("Changing vector table {}: {}", this.table, difference.description());
				difference.statements()
					.stream()
					.filter((statement) -> !statement.startsWith(Difference.COMMENT))
					.forEach(this::execute);
			}
		}
		compareAgain().requireNone();
	}

	private TableComparison compareAgain() {
		ExistingTable existing = this.catalog.find(this.table);
		if (existing == null) {
			throw new IllegalStateException("vector table %s is locked, but not there".formatted(this.table));
		}
		return compare(existing);
	}

	private TableComparison compare(ExistingTable existing) {
		return new TableComparison(this.definition, existing, this.catalog, this.maxRewrittenBytes);
	}

	private void execute(String statement) {
		try {
			this.jdbc.execute(statement);
		}
		catch (DataAccessException ex) {
			if (ex.getRootCause() instanceof SQLException cause && isRefusal(String.valueOf(cause.getSQLState()))) {
				VectorSchemaException refusal = new VectorSchemaException(
						"Vector table %s cannot be made to fit its declaration: %s".formatted(this.table,
								cause.getMessage()),
						"Take away what hinders it and start again, change the declaration, or run as the table's owner: %s;"
							.formatted(statement));
				refusal.initCause(ex);
				throw refusal;
			}
			throw ex;
		}
	}

	/**
	 * Whether a statement failed for what it says, and not for a lost connection, a
	 * server that is short of something, or a conflict with others.
	 */
	private static boolean isRefusal(String state) {
		return !state.matches("(08|40|53|57|58|XX).*") && !state.equals("25006");
	}

}
