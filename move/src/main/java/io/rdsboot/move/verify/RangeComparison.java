package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.move.verify.ComparedTable.KeyRange;
import io.rdsboot.move.verify.Databases.Pair;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table whose key both servers sort alike: the checksums of ranges of the key,
 * and where they differ, of halves of these, until there are few enough rows to compare
 * them one by one.
 */
final class RangeComparison {

	/** Hashes of so many rows cost less to fetch than to reckon their sum again. */
	private static final int FEW_ROWS = 2_000;

	private final ComparedTable table;

	private final Databases databases;

	private final KeyedRows rows;

	private final Suspects suspects;

	private final VerificationOptions options;

	private final VerificationRun run;

	RangeComparison(ComparedTable table, Databases databases, KeyedRows rows, Suspects suspects,
			VerificationOptions options, VerificationRun run) {
		this.table = table;
		this.databases = databases;
		this.rows = rows;
		this.suspects = suspects;
		this.options = options;
		this.run = run;
	}

	void compare(@Nullable List<String> after) throws SQLException, StoppedException {
		List<String> last = after;
		do {
			List<String> upTo = boundary(this.databases.source(), new KeyRange(last, null), this.options.rangeRows());
			KeyRange range = new KeyRange(last, upTo);
			Pair<Checksum> sums = checksums(range);
			if (!sums.isEqual()) {
				divide(range, sums);
			}
			this.run.compared(sums.source().rows());
			if (upTo != null) {
				this.suspects.comparedUpTo(this.table, upTo);
			}
			this.run.pause(this.options.pause());
			last = upTo;
		}
		while (last != null);
	}

	private void divide(KeyRange range, Pair<Checksum> sums) throws SQLException, StoppedException {
		boolean sourceHasMore = sums.source().rows() >= sums.target().rows();
		long rows = sourceHasMore ? sums.source().rows() : sums.target().rows();
		List<String> middle = (rows <= FEW_ROWS) ? null
				: boundary(sourceHasMore ? this.databases.source() : this.databases.target(), range, rows / 2);
		if (middle == null || middle.equals(range.upTo())) {
			compareRows(range);
			return;
		}
		for (KeyRange half : List.of(new KeyRange(range.after(), middle), new KeyRange(middle, range.upTo()))) {
			this.run.pause(this.options.pause());
			Pair<Checksum> halfSums = checksums(half);
			if (!halfSums.isEqual()) {
				divide(half, halfSums);
			}
		}
	}

	private void compareRows(KeyRange range) throws SQLException {
		String query = this.table.rows(range);
		Pair<Map<List<String>, String>> rows = this.databases
			.read((database) -> this.rows.hashes(database.rows(query, range.parameters())));
		Set<List<String>> keys = new HashSet<>(rows.source().keySet());
		keys.addAll(rows.target().keySet());
		for (List<String> key : keys) {
			String inSource = rows.source().get(key);
			if (inSource == null || !inSource.equals(rows.target().get(key))) {
				this.suspects.add(this.table, this.rows, key);
			}
		}
	}

	private Pair<Checksum> checksums(KeyRange range) throws SQLException {
		String query = this.table.checksum(range);
		return this.databases.read((database) -> {
			List<String> row = database.rows(query, range.parameters()).get(0);
			return new Checksum(Long.parseLong(row.get(0)), row.get(1));
		});
	}

	/**
	 * Return the key of the last of the first rows of a range, or {@code null} if it has
	 * fewer.
	 */
	private @Nullable List<String> boundary(VerifiedDatabase database, KeyRange range, long rows) throws SQLException {
		List<List<String>> boundary = database.rows(this.table.boundary(range, rows), range.parameters());
		return boundary.isEmpty() ? null : List.copyOf(boundary.get(0));
	}

	/**
	 * Checksum of a range.
	 *
	 * @param rows number of rows
	 * @param sum sum of their hashes
	 */
	private record Checksum(long rows, String sum) {
	}

}
