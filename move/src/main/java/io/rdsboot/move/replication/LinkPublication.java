package io.rdsboot.move.replication;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Sql;
import io.rdsboot.move.TableName;

/**
 * The publication of a link.
 *
 * @param name its name
 */
record LinkPublication(String name) {

	boolean exists(MoveSession session) throws SQLException {
		return session.exists("SELECT FROM pg_publication WHERE pubname = ?", this.name);
	}

	/**
	 * Return its tables, ordered by name; none if it does not exist.
	 */
	List<TableName> tables(MoveSession session) throws SQLException {
		return session.rows("""
				SELECT n.nspname, c.relname FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
				JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE p.pubname = ? ORDER BY 1, 2""", (row) -> new TableName(row.getString(1), row.getString(2)),
				this.name);
	}

	/**
	 * Let it have exactly these tables.
	 */
	void set(MoveSession session, Collection<TableName> tables) throws SQLException {
		if (!exists(session)) {
			session.execute("CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true)"
				.formatted(Sql.identifier(this.name), list(tables)));
		}
		else if (!new TreeSet<>(tables).equals(new TreeSet<>(tables(session)))) {
			session.execute("ALTER PUBLICATION %s SET TABLE %s".formatted(Sql.identifier(this.name), list(tables)));
		}
	}

	/** ONLY, because tables that inherit are listed by themselves. */
	private static String list(Collection<TableName> tables) {
		return tables.stream().sorted().map((table) -> "ONLY " + table.quoted()).collect(Collectors.joining(", "));
	}

}
