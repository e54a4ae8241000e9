package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.move.TableName;
import io.rdsboot.move.verify.SuspectCheck.Suspect;
import io.rdsboot.move.verify.VerificationRun.StoppedException;

/**
 * Rows that seem to differ, of all tables, until there are enough to look at them
 * together: each look waits for the target.
 */
final class Suspects {

	private static final int MANY = 1_000;

	private final SuspectCheck check;

	private final VerificationRun run;

	private final Set<Suspect> pending = new LinkedHashSet<>();

	/** Tables of the pending rows. */
	private final Set<TableName> tables = new HashSet<>();

	private final Map<TableName, List<String>> positions = new LinkedHashMap<>();

	Suspects(SuspectCheck check, VerificationRun run) {
		this.check = check;
		this.run = run;
	}

	void add(ComparedTable table, SuspectRows rows, List<String> key) {
		this.pending.add(new Suspect(rows, key));
		this.tables.add(table.name());
	}

	/**
	 * Note that the rows of a table have been compared up to a position, which holds once
	 * the suspect ones among them are decided.
	 * @param position the position, empty for the end of the table
	 */
	void comparedUpTo(ComparedTable table, List<String> position) throws SQLException, StoppedException {
		if (this.tables.contains(table.name())) {
			this.positions.put(table.name(), position);
			decideIfMany();
		}
		else {
			this.run.decidedUpTo(table.name(), position);
		}
	}

	void decideIfMany() throws SQLException, StoppedException {
		if (this.pending.size() >= MANY) {
			decide();
		}
	}

	/**
	 * Look at all rows that are still suspect.
	 */
	void decide() throws SQLException, StoppedException {
		if (!this.pending.isEmpty()) {
			this.check.check(this.pending);
		}
		this.positions.forEach(this.run::decidedUpTo);
		this.pending.clear();
		this.tables.clear();
		this.positions.clear();
	}

}
