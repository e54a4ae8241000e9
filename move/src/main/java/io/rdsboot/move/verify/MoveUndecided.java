package io.rdsboot.move.verify;

import java.util.List;
import java.util.Objects;

import io.rdsboot.move.TableName;

/**
 * A row or table of which a verification cannot say whether it is the same on both sides.
 * Immutable.
 *
 * @param table the table
 * @param key values of the key's columns as text; empty if it is about the table as a
 * whole
 * @param reason why it could not be decided
 */
public record MoveUndecided(TableName table, List<String> key, String reason) {

	public MoveUndecided {
		Objects.requireNonNull(table, "table must not be null");
		Objects.requireNonNull(reason, "reason must not be null");
		key = List.copyOf(key);
	}

	/**
	 * Return it in one line.
	 */
	@Override
	public String toString() {
		return "%s%s: undecided: %s".formatted(this.table,
				this.key.isEmpty() ? "" : " (" + String.join(", ", this.key) + ")", this.reason);
	}

}
