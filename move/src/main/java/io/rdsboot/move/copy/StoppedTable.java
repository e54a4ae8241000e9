package io.rdsboot.move.copy;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A table that does not follow the source. Immutable.
 *
 * @param table the table
 * @param reason why it does not, as far as the two servers tell. The target's log has the
 * server's own words
 * @param statement SQL on the target after which it goes on by itself, to be read before
 * it is executed, or {@code null} where no single statement does
 */
public record StoppedTable(TableName table, String reason, @Nullable String statement) {

	/**
	 * Return the table and the reason in one line.
	 */
	@Override
	public String toString() {
		return "%s: %s%s".formatted(this.table, this.reason,
				(this.statement != null) ? " On the target: " + this.statement + ";" : "");
	}

}
