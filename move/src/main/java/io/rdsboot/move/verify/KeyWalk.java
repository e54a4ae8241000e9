package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.rdsboot.move.Side;
import io.rdsboot.move.verify.ComparedTable.KeyRange;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table whose key the two servers may sort differently, such as texts of a
 * natural language: goes through the rows of one side, in the order of its index, looks
 * for the same keys on the other, and then the other way round for rows that only the
 * target has.
 */
final class KeyWalk {

	private static final int STEP = 1_000;

	private final ComparedTable table;

	private final Databases databases;

	private final KeyedRows rows;

	private final Suspects suspects;

	private final VerificationOptions options;

	private final VerificationRun run;

	KeyWalk(ComparedTable table, Databases databases, KeyedRows rows, Suspects suspects, VerificationOptions options,
			VerificationRun run) {
		this.table = table;
		this.databases = databases;
		this.rows = rows;
		this.suspects = suspects;
		this.options = options;
		this.run = run;
	}

	/**
	 * Compare the table.
	 * @param position the side that the position is of, and the last key there; or
	 * {@code null} to begin
	 */
	void compare(@Nullable List<String> position) throws SQLException, StoppedException {
		List<String> after = (position != null) ? position.subList(1, position.size()) : null;
		if (position == null || position.get(0).equals(Side.SOURCE.name())) {
			walk(this.databases.source(), this.databases.target(), after);
			after = null;
		}
		walk(this.databases.target(), this.databases.source(), after);
	}

	private void walk(VerifiedDatabase walked, VerifiedDatabase other, @Nullable List<String> after)
			throws SQLException, StoppedException {
		boolean inSource = walked.side() == Side.SOURCE;
		List<String> last = after;
		int step = Math.min(STEP, this.options.rangeRows());
		while (true) {
			KeyRange range = new KeyRange(last, null);
			List<List<String>> rows = walked.rows(this.table.firstRows(range, step), range.parameters());
			Map<List<String>, String> found = this.rows.hashes(rows);
			List<List<String>> keys = List.copyOf(found.keySet());
			Map<List<String>, String> there = this.rows
				.hashes(other.rows(this.table.rowsOfKeys(), this.table.keyParameters(keys)));
			found.forEach((key, hash) -> {
				// Rows that both have were compared on the way through the source.
				if (inSource ? !hash.equals(there.get(key)) : !there.containsKey(key)) {
					this.suspects.add(this.table, this.rows, key);
				}
			});
			this.run.compared(inSource ? rows.size() : 0);
			if (rows.size() < step) {
				return;
			}
			last = List.copyOf(rows.get(rows.size() - 1).subList(0, this.table.key().size()));
			List<String> position = new ArrayList<>(List.of(walked.side().name()));
			position.addAll(last);
			this.suspects.comparedUpTo(this.table, position);
			this.run.pause(this.options.pause());
		}
	}

}
