package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads rows that seem to differ once more, and reports those that do.
 */
interface SuspectRows {

	/**
	 * Read rows of one side.
	 * @param database the side
	 * @param keys keys of the rows
	 * @return what is there, by key
	 */
	Map<List<String>, RowState> read(VerifiedDatabase database, List<List<String>> keys) throws SQLException;

	/**
	 * Report a row that differs.
	 * @param key its key
	 * @param source the source's row, or {@code null} if there is none
	 * @param target the target's row, or {@code null} if there is none
	 */
	void differs(List<String> key, @Nullable RowState source, @Nullable RowState target) throws SQLException;

	/**
	 * Report a row that could not be decided.
	 */
	void undecided(List<String> key, String reason);

	/**
	 * A row as it was read.
	 *
	 * @param version changes whenever the row is written
	 * @param hashes hashes of its columns
	 */
	record RowState(String version, List<String> hashes) {

		static @Nullable String versionOf(@Nullable RowState row) {
			return (row != null) ? row.version() : null;
		}

	}

}
