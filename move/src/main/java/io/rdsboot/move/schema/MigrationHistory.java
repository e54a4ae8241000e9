package io.rdsboot.move.schema;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Side;
import io.rdsboot.move.TableName;
import io.rdsboot.move.schema.SchemaDifference.Kind;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What Flyway or Liquibase has applied. It comes with the schema, and not with the data,
 * so that each side has its own: a migration of the meantime runs on both.
 */
final class MigrationHistory {

	private static final String FLYWAY = "flyway_schema_history";

	private MigrationHistory() {
	}

	private static List<TableName> tables(MoveSession session) throws SQLException {
		return session.rows("""
				SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE %s AND c.relkind = 'r' AND %s ORDER BY 1, 2""".formatted(MoveTables.MIGRATION_HISTORY,
				MoveTables.APPLICATION_SCHEMA), (row) -> new TableName(row.getString(1), row.getString(2)));
	}

	/**
	 * Copy the histories into tables that are empty.
	 */
	static void copy(MoveSession source, MoveSession target) throws SQLException {
		for (TableName table : tables(source)) {
			if (target.exists("SELECT FROM %s LIMIT 1".formatted(table.quoted()))) {
				continue;
			}
			String columns = source.texts("""
					SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
					WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped""", table.quoted()).get(0);
			ByteArrayOutputStream rows = new ByteArrayOutputStream();
			try {
				manager(source).copyOut("COPY %s (%s) TO STDOUT".formatted(table.quoted(), columns), rows);
				manager(target).copyIn("COPY %s (%s) FROM STDIN".formatted(table.quoted(), columns),
						new ByteArrayInputStream(rows.toByteArray()));
			}
			catch (IOException ex) {
				throw new SQLException("The history of migrations could not be copied: " + table, ex);
			}
		}
	}

	private static CopyManager manager(MoveSession session) throws SQLException {
		return session.connection().unwrap(PGConnection.class).getCopyAPI();
	}

	/**
	 * Return the migrations of Flyway that one side has applied alone.
	 */
	static List<SchemaDifference> differences(MoveSession source, MoveSession target) throws SQLException {
		List<TableName> there = tables(target);
		List<SchemaDifference> differences = new ArrayList<>();
		for (TableName table : tables(source)) {
			if (table.table().equals(FLYWAY) && there.contains(table)) {
				List<String> inSource = applied(source, table);
				List<String> onTarget = applied(target, table);
				differences.addAll(only(inSource, onTarget, table, Side.SOURCE,
						"The source alone has applied it: let Flyway migrate the target, too."));
				differences.addAll(only(onTarget, inSource, table, Side.TARGET,
						"The target alone has applied it: let Flyway migrate the source, too."));
			}
		}
		return differences;
	}

	private static List<String> applied(MoveSession session, TableName table) throws SQLException {
		return session.texts("SELECT concat_ws(' ', version, description) FROM %s WHERE success ORDER BY installed_rank"
			.formatted(table.quoted()));
	}

	private static List<SchemaDifference> only(List<String> these, List<String> others, TableName table, Side side,
			String message) {
		return these.stream()
			.filter((migration) -> !others.contains(migration))
			.map((migration) -> new SchemaDifference(Kind.MIGRATION, migration, table, side, message, false, null))
			.toList();
	}

}
