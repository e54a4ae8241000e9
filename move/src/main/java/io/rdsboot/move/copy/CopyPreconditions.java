package io.rdsboot.move.copy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.PooledAddress;
import io.rdsboot.move.TableName;
import io.rdsboot.move.copy.CopyJournal.CopiedTable;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.schema.SchemaDifference;

/**
 * What must be so before a copy begins, because it would fail or do harm otherwise.
 */
final class CopyPreconditions {

	private static final int SHOWN = 10;

	private CopyPreconditions() {
	}

	/**
	 * Make sure that no address is that of a pooler, before one is connected to.
	 */
	static void requireDirect(MoveDatabase... databases) {
		for (MoveDatabase database : databases) {
			PooledAddress pooled = PooledAddress.of(database.parameter("host"));
			if (pooled != null) {
				throw new IllegalStateException(
						"The copy cannot begin. The %s: %s %s".formatted(database, pooled.reason(), pooled.action()));
			}
		}
	}

	/**
	 * Return the tables to copy, and how large they are.
	 * @throws IllegalStateException if the copy must not begin, with all reasons
	 */
	static List<CopiedTable> check(MoveSession inSource, MoveSession inTarget, ReplicationLink link,
			List<SchemaDifference> differences) throws SQLException {
		List<String> problems = new ArrayList<>();
		String server = "SELECT concat(system_identifier, ' ', current_database()) FROM pg_control_system()";
		if (inSource.texts(server).equals(inTarget.texts(server))) {
			throw new IllegalStateException("The copy cannot begin. Source and target are the same database");
		}
		List<TableName> tables = MoveTables.replicated(inSource);
		if (tables.isEmpty()) {
			problems.add("The source has no tables");
		}
		if (inTarget.exists("SELECT FROM pg_subscription WHERE subname = ?", link.subscription())
				|| inSource.exists("SELECT FROM pg_replication_slots WHERE slot_name = ?", link.slot())) {
			problems.add("Subscription or slot '%s' of another move are there: drop its link first"
				.formatted(link.subscription()));
		}
		add(problems, "Tables without replica identity, whose updates and deletes would fail in the source: ",
				withoutIdentity(inSource));
		add(problems, "Differences of the schemas that would stop the copy: ",
				differences.stream()
					.filter(SchemaDifference::endangersReplication)
					.map((difference) -> "%s %s".formatted(difference.kind(), difference.name()))
					.toList());
		add(problems, "Tables of the target that have rows already: ", withRows(inTarget, tables));
		if (!problems.isEmpty()) {
			throw new IllegalStateException("The copy cannot begin. " + String.join(". ", problems));
		}
		return sizes(inSource);
	}

	private static void add(List<String> problems, String what, List<String> names) {
		if (!names.isEmpty()) {
			problems.add(what + names.stream().limit(SHOWN).collect(Collectors.joining(", "))
					+ ((names.size() > SHOWN) ? ", and %d more".formatted(names.size() - SHOWN) : ""));
		}
	}

	private static List<String> withoutIdentity(MoveSession session) throws SQLException {
		return session
			.texts("""
					SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
					WHERE %s AND %s ORDER BY 1"""
				.formatted(MoveTables.REPLICATED, MoveTables.WITHOUT_IDENTITY));
	}

	private static List<String> withRows(MoveSession inTarget, List<TableName> tables) throws SQLException {
		List<TableName> there = MoveTables.replicated(inTarget);
		List<String> withRows = new ArrayList<>();
		for (TableName table : tables) {
			if (there.contains(table) && inTarget.exists("SELECT FROM %s LIMIT 1".formatted(table.quoted()))) {
				withRows.add(table.toString());
			}
		}
		return withRows;
	}

	/** A partitioned table is as large as its partitions. */
	private static List<CopiedTable> sizes(MoveSession inSource) throws SQLException {
		return inSource.rows("""
				SELECT n.nspname, c.relname, coalesce(sum(pg_table_size(p.relid)), 0)::bigint,
					coalesce(sum(greatest(leaf.reltuples, 0)), 0)::bigint
				FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf
					UNION ALL SELECT c.oid WHERE c.relkind = 'r') p
				JOIN pg_class leaf ON leaf.oid = p.relid WHERE %s GROUP BY 1, 2""".formatted(MoveTables.REPLICATED),
				(row) -> new CopiedTable(new TableName(row.getString(1), row.getString(2)), row.getLong(3),
						row.getLong(4)));
	}

}
