package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.rdsboot.move.MoveTables;
import io.rdsboot.move.TableName;
import io.rdsboot.move.verify.ComparedTable.Column;
import io.rdsboot.move.verify.Databases.Pair;

/**
 * The tables of both databases: which can be compared, and by which key.
 */
final class TableCatalog {

	/**
	 * All columns of all tables, each with its place in the table's key and whether every
	 * server sorts its type alike. A column of the database's own collation is sorted by
	 * bytes if that is C. {@code datlocprovider} exists since PostgreSQL 15.
	 */
	private static final String COLUMNS = """
			SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text,
				(CASE WHEN c.relkind = 'p' THEN (SELECT sum(greatest(p.reltuples, 0)) FROM pg_partition_tree(c.oid) part
					JOIN pg_class p ON p.oid = part.relid WHERE part.isleaf) ELSE greatest(c.reltuples, 0) END)::bigint::text,
				a.attname::text, quote_ident(a.attname),
				CASE WHEN base.oid = '"char"'::regtype THEN '"char"' ELSE format_type(a.atttypid, -1) END,
				(SELECT place FROM unnest(key.indkey::int2[]) WITH ORDINALITY AS keys(number, place)
					WHERE number = a.attnum AND place <= key.indnkeyatts)::text,
				(base.oid = ANY ('{bool,int2,int4,int8,oid,uuid,date,time,timetz,timestamp,timestamptz,numeric,float4,float8,bytea,name}'::regtype[])
					OR a.attcollation IN ('"C"'::regcollation, '"POSIX"'::regcollation)
					OR a.attcollation = '"default"'::regcollation AND (SELECT d.datcollate IN ('C', 'POSIX')
						AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c'
						FROM pg_database d WHERE d.datname = current_database()))::text
			FROM pg_class c
			JOIN pg_namespace n ON n.oid = c.relnamespace
			LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_type type ON type.oid = a.atttypid
			LEFT JOIN pg_type base ON base.oid = CASE WHEN type.typtype = 'd' THEN type.typbasetype ELSE type.oid END
			LEFT JOIN LATERAL (
				SELECT i.indkey, i.indnkeyatts FROM pg_index i
				WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
					AND NOT EXISTS (SELECT FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
						AND NOT k.attnotnull)
				ORDER BY i.indisprimary DESC, i.indisreplident DESC, i.indnkeyatts, i.indexrelid LIMIT 1) key ON true
			WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND %s AND %s AND NOT (%s)
			ORDER BY a.attname COLLATE "C\""""
		.formatted(MoveTables.APPLICATION_SCHEMA, MoveTables.OF_NO_EXTENSION, MoveTables.MIGRATION_HISTORY);

	private final RowHash hash;

	private final VerificationRun run;

	private final List<MoveNote> notes;

	TableCatalog(RowHash hash, VerificationRun run, List<MoveNote> notes) {
		this.hash = hash;
		this.run = run;
		this.notes = notes;
	}

	/**
	 * Return the tables to compare. What one side lacks is a difference or a note.
	 */
	List<ComparedTable> tables(Databases databases, VerificationOptions options) throws SQLException {
		Pair<Map<TableName, Table>> catalogs = databases.read(TableCatalog::tables);
		Predicate<TableName> chosen = chosen(options, catalogs);
		List<ComparedTable> tables = new ArrayList<>();
		catalogs.source().values().stream().filter((table) -> chosen.test(table.name())).forEach((table) -> {
			Table other = catalogs.target().get(table.name());
			if (table.unlogged()) {
				note(table, "is unlogged: its rows do not travel and were not compared");
			}
			else if (other == null) {
				this.run.differs(new MoveDifference(table.name(), List.of(), MoveDifference.Kind.MISSING_ON_TARGET,
						List.of(), 1, null));
			}
			else {
				tables.add(compared(table, other));
			}
		});
		catalogs.target()
			.values()
			.stream()
			.filter((table) -> chosen.test(table.name()) && !catalogs.source().containsKey(table.name()))
			.forEach((table) -> note(table, "is only on the target"));
		return tables;
	}

	private static Predicate<TableName> chosen(VerificationOptions options, Pair<Map<TableName, Table>> catalogs) {
		if (options.tables() == null) {
			return (table) -> true;
		}
		for (TableName table : options.tables()) {
			if (!catalogs.source().containsKey(table)) {
				throw new IllegalArgumentException(
						"table '%s' to verify does not exist on the source, whose tables are %s".formatted(table,
								catalogs.source().keySet()));
			}
		}
		return new HashSet<>(options.tables())::contains;
	}

	private ComparedTable compared(Table source, Table target) {
		List<String> missing = source.columns()
			.keySet()
			.stream()
			.filter((name) -> !target.columns().containsKey(name))
			.toList();
		if (!missing.isEmpty()) {
			this.run.differs(new MoveDifference(source.name(), List.of(), MoveDifference.Kind.MISSING_ON_TARGET,
					missing, 1, null));
		}
		target.columns()
			.keySet()
			.stream()
			.filter((name) -> !source.columns().containsKey(name))
			.forEach((name) -> note(source, "has column %s only on the target".formatted(name)));
		Map<String, KeyedColumn> common = new LinkedHashMap<>(source.columns());
		missing.forEach(common::remove);
		common.forEach((name, column) -> {
			String type = Objects.requireNonNull(target.columns().get(name)).column().type();
			if (!type.equals(column.column().type())) {
				note(source,
						"has column %s as %s, and on the target as %s".formatted(name, column.column().type(), type));
			}
		});
		List<KeyedColumn> key = source.key();
		if (!common.values().containsAll(key)) {
			key = List.of();
		}
		List<String> names = names(key);
		if (key.isEmpty()) {
			note(source, "has no key: its rows were compared as a multiset");
		}
		else if (!names.equals(names(target.key()))) {
			note(source, "has no unique index on (%s) on the target: each range reads the whole table there"
				.formatted(String.join(", ", names)));
		}
		boolean ordered = key.stream().allMatch((column) -> {
			KeyedColumn other = Objects.requireNonNull(target.columns().get(column.column().name()));
			return column.ordered() && other.ordered() && column.column().type().equals(other.column().type());
		});
		boolean plain = !source.partitioned() && !target.partitioned();
		return new ComparedTable(source.name(), plain ? "ONLY " + source.name().quoted() : source.name().quoted(),
				common.values().stream().map(KeyedColumn::column).toList(),
				key.stream().map(KeyedColumn::column).toList(), ordered, source.estimatedRows(), this.hash);
	}

	private static List<String> names(List<KeyedColumn> columns) {
		return columns.stream().map((column) -> column.column().name()).toList();
	}

	private void note(Table table, String message) {
		this.notes.add(new MoveNote(MoveNote.Kind.TABLE, table.name().toString(), message));
	}

	private static Map<TableName, Table> tables(VerifiedDatabase database) throws SQLException {
		Map<TableName, Table> tables = new TreeMap<>();
		for (List<String> row : database.rows(COLUMNS)) {
			Table table = tables.computeIfAbsent(new TableName(row.get(0), row.get(1)), (name) -> new Table(name,
					row.get(2).equals("p"), row.get(3).equals("u"), number(row.get(4)), new LinkedHashMap<>()));
			if (!row.get(5).isEmpty()) {
				table.columns()
					.put(row.get(5), new KeyedColumn(new Column(row.get(5), row.get(6), row.get(7)),
							(int) number(row.get(8)), row.get(9).equals("true")));
			}
		}
		return tables;
	}

	private static long number(String text) {
		return text.isEmpty() ? 0 : Long.parseLong(text);
	}

	/**
	 * Return the tables whose initial copy the target's subscriptions have not finished.
	 */
	static Set<TableName> copying(VerifiedDatabase target) throws SQLException {
		Set<TableName> tables = new HashSet<>();
		target
			.rows("""
					SELECT n.nspname::text, c.relname::text
					FROM pg_subscription_rel r JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
					WHERE r.srsubstate NOT IN ('s', 'r')""")
			.forEach((row) -> tables.add(new TableName(row.get(0), row.get(1))));
		return tables;
	}

	/**
	 * A column and its place in the key.
	 *
	 * @param column the column
	 * @param place its place in the key, from 1, or 0 if it is not part of it
	 * @param ordered whether it is sorted alike on every server
	 */
	private record KeyedColumn(Column column, int place, boolean ordered) {
	}

	/**
	 * A table of one side.
	 *
	 * @param name its name
	 * @param partitioned whether its rows are in partitions
	 * @param unlogged whether it is not in the log
	 * @param estimatedRows number of rows that the statistics know
	 * @param columns the columns by name, sorted
	 */
	private record Table(TableName name, boolean partitioned, boolean unlogged, long estimatedRows,
			Map<String, KeyedColumn> columns) {

		List<KeyedColumn> key() {
			return this.columns.values()
				.stream()
				.filter((column) -> column.place() > 0)
				.sorted(Comparator.comparingInt(KeyedColumn::place))
				.toList();
		}

	}

}
