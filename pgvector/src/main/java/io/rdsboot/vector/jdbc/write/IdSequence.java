package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.vector.table.VectorTable;

/**
 * Sequence that the generated ids of a table come from, and why it generates ids that
 * exist: it does not move when rows are stored with ids of their own.
 */
final class IdSequence {

	/**
	 * Finds the sequence of an identity or {@code serial} column, and one that a default
	 * names. Its value is hidden from roles that may not use it.
	 */
	private static final String FIND = """
			SELECT DISTINCT s.oid::regclass::text, q.last_value, q.increment_by > 0
			FROM pg_attribute a
			LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
			JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND (
				(d.classid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)
				OR (d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid))
			JOIN pg_class s ON s.relkind = 'S' AND s.oid IN (d.objid, d.refobjid)
			JOIN pg_namespace n ON n.oid = s.relnamespace
			JOIN pg_sequences q ON q.schemaname = n.nspname AND q.sequencename = s.relname
			WHERE a.attrelid = to_regclass(?) AND a.attname = ?""";

	private IdSequence() {
	}

	/**
	 * Return why generated ids may exist already, and what to do about it.
	 * @param connection a connection in a transaction that has not failed
	 */
	static String explain(Connection connection, VectorTable table) throws SQLException {
		if (!table.idType().isNumber()) {
			return noSequence(table);
		}
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			statement.setString(1, table.quotedName());
			statement.setString(2, table.idColumn());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					return noSequence(table);
				}
				String name = row.getString(1);
				long last = row.getLong(2);
				boolean known = !row.wasNull() && row.getBoolean(3);
				String advance = advance(table, "'" + name.replace("'", "''") + "'");
				long greatest = known ? greatest(connection, table) : Long.MIN_VALUE;
				return (last <= greatest)
						? "its sequence %s is at %d, but there are ids up to %d: as its owner, %s".formatted(name, last,
								greatest, advance)
						: "its sequence %s may be behind ids that were stored by other means: as its owner, %s"
							.formatted(name, advance);
			}
		}
	}

	/**
	 * Return what to do about a generated id that exists already, where nothing can be
	 * asked.
	 */
	static String advice(VectorTable table) {
		return !table.idType().isNumber() ? noSequence(table)
				: "its sequence may be behind ids that were stored by other means: as its owner, "
						+ advance(table, "pg_get_serial_sequence('%s', '%s')"
							.formatted(table.quotedName().replace("'", "''"), table.idColumn().replace("'", "''")));
	}

	private static String noSequence(VectorTable table) {
		return "look at the default of column %s, and at the table's triggers".formatted(table.idColumn());
	}

	private static String advance(VectorTable table, String sequence) {
		return "SELECT setval(%s, (SELECT max(%s) FROM %s))".formatted(sequence, VectorTable.quote(table.idColumn()),
				table.quotedName());
	}

	private static long greatest(Connection connection, VectorTable table) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"SELECT max(%s) FROM %s".formatted(VectorTable.quote(table.idColumn()), table.quotedName()))) {
			row.next();
			return row.getLong(1);
		}
	}

}
