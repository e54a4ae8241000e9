package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Sql;
import io.rdsboot.move.TableName;
import io.rdsboot.move.verify.Databases.Pair;

/**
 * What does not travel with the rows: sequences, the rows of views, large objects.
 */
final class UnmovedObjects {

	/**
	 * All sequences, with the column that each serves, if any. One that has not been used
	 * has no last value.
	 */
	private static final String SEQUENCES = """
			SELECT n.nspname::text, c.relname::text, s.last_value::text, (s.increment_by < 0)::text,
				tn.nspname::text, t.relname::text, a.attname::text
			FROM pg_sequences s
			JOIN pg_namespace n ON n.nspname = s.schemaname
			JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
			LEFT JOIN pg_depend owned ON owned.classid = 'pg_class'::regclass AND owned.objid = c.oid
				AND owned.refclassid = 'pg_class'::regclass AND owned.deptype IN ('a', 'i')
			LEFT JOIN pg_class t ON t.oid = owned.refobjid
			LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
			LEFT JOIN pg_attribute a ON a.attrelid = owned.refobjid AND a.attnum = owned.refobjsubid
			WHERE %s AND %s ORDER BY 1, 2""".formatted(MoveTables.APPLICATION_SCHEMA, MoveTables.OF_NO_EXTENSION);

	private static final String VIEWS = """
			SELECT n.nspname::text, c.relname::text, (c.relkind = 'm')::text, c.relispopulated::text
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('m', 'v') AND %s AND %s ORDER BY 1, 2""".formatted(MoveTables.APPLICATION_SCHEMA,
			MoveTables.OF_NO_EXTENSION);

	private final Databases databases;

	private final List<MoveNote> notes;

	UnmovedObjects(Databases databases, List<MoveNote> notes) {
		this.databases = databases;
		this.notes = notes;
	}

	void note(boolean countViews) throws SQLException {
		noteSequences();
		noteViews(countViews);
		Pair<String> largeObjects = this.databases
			.read((database) -> database.text("SELECT count(*)::text FROM pg_largeobject_metadata"));
		if (!largeObjects.source().equals("0") || !largeObjects.isEqual()) {
			this.notes.add(new MoveNote(MoveNote.Kind.LARGE_OBJECTS, "pg_largeobject",
					"the source has %s, the target %s; they do not travel".formatted(largeObjects.source(),
							largeObjects.target())));
		}
	}

	private void noteSequences() throws SQLException {
		Pair<Map<TableName, Sequence>> sequences = this.databases.read(UnmovedObjects::sequences);
		for (Sequence source : sequences.source().values()) {
			Sequence target = sequences.target().get(source.name());
			if (target == null) {
				note(MoveNote.Kind.SEQUENCE, source.name(), "is missing on the target");
				continue;
			}
			List<String> ahead = new ArrayList<>();
			if (target.isBehind(source.lastValue())) {
				ahead.add("the source's %s".formatted(source.lastValue()));
			}
			String highest = highest(target);
			if (target.isBehind(highest)) {
				ahead.add("%s in its column".formatted(highest));
			}
			if (!ahead.isEmpty()) {
				note(MoveNote.Kind.SEQUENCE, source.name(), "is at %s on the target, behind %s".formatted(
						target.lastValue().isEmpty() ? "its start" : target.lastValue(), String.join(" and ", ahead)));
			}
		}
	}

	/**
	 * Return the highest value of a sequence's column on the target, or the lowest if the
	 * sequence descends; empty if there is none, or it cannot be read in time.
	 */
	private String highest(Sequence sequence) throws SQLException {
		if (sequence.column().isEmpty()) {
			return "";
		}
		try {
			return this.databases.target()
				.text("SELECT %s(%s)::numeric::bigint::text FROM %s".formatted(sequence.descending() ? "min" : "max",
						Sql.identifier(sequence.column()), sequence.table().quoted()));
		}
		catch (SQLException ex) {
			if (this.databases.target().isLost()) {
				throw ex;
			}
			note(MoveNote.Kind.SEQUENCE, sequence.name(), "could not be compared with its column: " + ex.getMessage());
			return "";
		}
	}

	private static Map<TableName, Sequence> sequences(VerifiedDatabase database) throws SQLException {
		Map<TableName, Sequence> sequences = new LinkedHashMap<>();
		for (List<String> row : database.rows(SEQUENCES)) {
			TableName name = new TableName(row.get(0), row.get(1));
			sequences.put(name, new Sequence(name, row.get(2), row.get(3).equals("true"),
					new TableName(row.get(4), row.get(5)), row.get(6)));
		}
		return sequences;
	}

	private void noteViews(boolean countViews) throws SQLException {
		for (List<String> view : this.databases.source().rows(VIEWS)) {
			TableName name = new TableName(view.get(0), view.get(1));
			boolean materialized = view.get(2).equals("true");
			if (!materialized && !countViews) {
				continue;
			}
			Pair<String> rows = this.databases.read((database) -> rows(database, name));
			if (materialized || !rows.isEqual()) {
				note(MoveNote.Kind.VIEW, name, "%s on the source, %s on the target%s".formatted(rows.source(),
						rows.target(), materialized ? "; a materialised view is refreshed on the target" : ""));
			}
		}
	}

	private static String rows(VerifiedDatabase database, TableName view) throws SQLException {
		try {
			return database.text("SELECT count(*)::text || ' rows' FROM " + view.quoted());
		}
		catch (SQLException ex) {
			if (database.isLost()) {
				throw ex;
			}
			return "cannot be read (%s)".formatted(Objects.requireNonNullElse(ex.getMessage(), ""));
		}
	}

	private void note(MoveNote.Kind kind, TableName subject, String message) {
		this.notes.add(new MoveNote(kind, subject.toString(), message));
	}

	/**
	 * A sequence.
	 *
	 * @param name its name
	 * @param lastValue its last value, empty if it has not been used
	 * @param descending whether it counts down
	 * @param table the table that it serves, with empty names if none
	 * @param column the column that it serves, empty if none
	 */
	private record Sequence(TableName name, String lastValue, boolean descending, TableName table, String column) {

		/**
		 * Return whether the next value is, or comes before, one that has been used.
		 */
		boolean isBehind(String used) {
			if (used.isEmpty()) {
				return false;
			}
			if (this.lastValue.isEmpty()) {
				return true;
			}
			int order = Long.compare(Long.parseLong(this.lastValue), Long.parseLong(used));
			return this.descending ? order > 0 : order < 0;
		}

	}

}
