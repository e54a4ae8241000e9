package io.rdsboot.move.verify;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A row, or a table or column, that is not the same on both sides of a move. Immutable.
 *
 * @param table the table
 * @param key values of the key's columns as text; empty if it is about the table as a
 * whole. For a table without a key, the hash of the row
 * @param kind what differs
 * @param columns names of the columns that differ or are missing, sorted; empty if the
 * whole row or table does
 * @param rows how many rows there are of it: 1, except in tables without a key
 * @param values the values of these columns on both sides, or {@code null} unless the
 * verification was asked to show values
 */
public record MoveDifference(TableName table, List<String> key, Kind kind, List<String> columns, long rows,
		@Nullable String values) {

	public MoveDifference {
		Objects.requireNonNull(table, "table must not be null");
		Objects.requireNonNull(kind, "kind must not be null");
		key = List.copyOf(key);
		columns = List.copyOf(columns);
	}

	/**
	 * Return the difference in one line.
	 */
	@Override
	public String toString() {
		return "%s%s: %s%s%s%s".formatted(this.table,
				this.key.isEmpty() ? "" : " (" + String.join(", ", this.key) + ")", this.kind,
				this.columns.isEmpty() ? "" : " in " + String.join(", ", this.columns),
				(this.rows == 1) ? "" : ", %,d rows".formatted(this.rows),
				(this.values != null) ? ": " + this.values : "");
	}

	/**
	 * What differs.
	 */
	public enum Kind {

		/**
		 * The source has it, and the target does not.
		 */
		MISSING_ON_TARGET,

		/**
		 * The target has it, and the source does not.
		 */
		ONLY_ON_TARGET,

		/**
		 * Both have it, with different values.
		 */
		DIFFERENT;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', ' ');
		}

	}

}
