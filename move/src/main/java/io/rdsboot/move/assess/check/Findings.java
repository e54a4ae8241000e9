package io.rdsboot.move.assess.check;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.move.assess.MoveFinding;
import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * Collects findings. Not thread-safe.
 */
public final class Findings {

	/**
	 * More findings of a check than these say no more, and are counted.
	 */
	private static final int MOST = 50;

	private static final String CONNECTION_EXCEPTION = "08";

	private final List<MoveFinding> findings = new ArrayList<>();

	private String check = "";

	private int found;

	/**
	 * Let a check ask and judge. What a server refuses is a finding.
	 * @throws SQLException if a connection is lost
	 */
	public void run(MoveCheck check, Database source, Database target) throws SQLException {
		this.check = check.name();
		this.found = 0;
		try {
			source.ask(() -> target.ask(() -> check.judge().judge(source, target, this)));
		}
		catch (SQLException ex) {
			if (String.valueOf(ex.getSQLState()).startsWith(CONNECTION_EXCEPTION)) {
				throw ex;
			}
			Side side = target.hasFailedWith(ex) ? Side.TARGET : Side.SOURCE;
			add(Level.WARNS, side, null, "This could not be checked: " + ex.getMessage(),
					"Let a login with more privileges assess the move.", null);
		}
		if (this.found > MOST) {
			this.findings.add(new MoveFinding(this.check, Level.NOTES, Side.SOURCE, null,
					"%d more findings of this kind are not shown.".formatted(this.found - MOST), null, null));
		}
	}

	void add(Level level, Side side, @Nullable String subject, String message, @Nullable String action,
			@Nullable String statement) {
		if (++this.found <= MOST) {
			this.findings.add(new MoveFinding(this.check, level, side, subject, message, action, statement));
		}
	}

	/**
	 * Return what was found so far.
	 */
	public List<MoveFinding> all() {
		return this.findings;
	}

}
