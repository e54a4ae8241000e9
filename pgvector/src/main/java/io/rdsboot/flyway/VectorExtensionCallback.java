package io.rdsboot.flyway;

import java.util.Collection;
import java.util.List;

import io.rdsboot.vector.schema.VectorExtension;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.table.VectorTable;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Flyway callback that makes the extension {@code vector} before any migration, so that
 * migrations can use its types.
 */
public final class VectorExtensionCallback implements Callback {

	private final List<VectorTable> tables;

	/**
	 * Create a callback.
	 * @param tables the declared tables, which say in which schema the extension is
	 */
	public VectorExtensionCallback(Collection<VectorTable> tables) {
		this.tables = List.copyOf(tables);
	}

	@Override
	public boolean supports(Event event, Context context) {
		return event == Event.BEFORE_MIGRATE;
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return true;
	}

	@Override
	public void handle(Event event, Context context) {
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(context.getConnection(), true);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			requireWritable(jdbc);
			VectorExtension.declaredBy(jdbc, this.tables).forEach(VectorExtension::create);
		});
	}

	private static void requireWritable(JdbcTemplate jdbc) {
		String readOnly = jdbc.queryForObject("SHOW transaction_read_only", String.class);
		if (!"off".equals(readOnly)) {
			throw new VectorSchemaException(
					"Flyway reached a database server that only reads (transaction_read_only is %s), so it cannot migrate."
						.formatted(readOnly),
					"Point the address of the writer at the writer, or wait until a failover has ended, and start again.");
		}
	}

	@Override
	public String getCallbackName() {
		return "rds vector extension";
	}

}
