package io.rdsboot.move.control;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.Side;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.copy.MoveCopy;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.state.InstanceState;
import io.rdsboot.move.state.MovePhase;
import io.rdsboot.move.state.MoveShares;
import io.rdsboot.move.state.MoveState;
import io.rdsboot.move.state.StateTables;
import org.jspecify.annotations.Nullable;

/**
 * Asks both databases of a move how far it is.
 *
 * @param limit of each statement
 */
record MoveStatusQuery(MoveDatabase source, MoveDatabase target, ReplicationLink toTarget, ReplicationLink toSource,
		MoveCopy copy, Duration limit) {

	/**
	 * Return how far the move is. Changes nothing. A side that does not answer is a
	 * problem in the status, and no error.
	 */
	MoveStatus status() {
		List<String> problems = new ArrayList<>();
		Looked first = look(this.source, problems);
		Looked second = look(this.target, problems);
		MoveStatus.Stage stage = stage(first, second);
		Looked authority = (second.state() != null && second.state().phase().isAuthority()) ? second : first;
		MoveState state = authority.state();
		boolean under = stage == MoveStatus.Stage.SOURCE_WRITES || stage == MoveStatus.Stage.TARGET_WRITES;
		LinkStatus link = under
				? ((stage == MoveStatus.Stage.SOURCE_WRITES) ? this.toTarget.status() : this.toSource.status()) : null;
		MoveShares shares = (state != null) ? state.shares() : MoveShares.NONE;
		return new MoveStatus(stage,
				(stage == MoveStatus.Stage.NOT_BEGUN) ? Side.SOURCE : (state != null) ? state.writer() : null,
				(state != null) ? state.epoch() : 0, shares.reads() / 100.0, shares.shadowReads() / 100.0,
				authority.instances(), (stage == MoveStatus.Stage.SOURCE_WRITES) ? copyProgress(problems) : null, link,
				problems);
	}

	private @Nullable CopyProgress copyProgress(List<String> problems) {
		try {
			return this.copy.progress();
		}
		catch (SQLException ex) {
			problems.add("How far the copy is cannot be told: " + ex.getMessage());
			return null;
		}
	}

	private static MoveStatus.Stage stage(Looked first, Looked second) {
		MovePhase source = first.phase();
		MovePhase target = second.phase();
		if (source == MovePhase.FINISHED || target == MovePhase.FINISHED) {
			return MoveStatus.Stage.FINISHED;
		}
		if (target == MovePhase.OPEN) {
			return MoveStatus.Stage.TARGET_WRITES;
		}
		if (source == MovePhase.OPEN) {
			return MoveStatus.Stage.SOURCE_WRITES;
		}
		if (source == null && target == null) {
			// A source that took part in a move once keeps a row for good.
			return first.answers() ? MoveStatus.Stage.NOT_BEGUN : MoveStatus.Stage.UNKNOWN;
		}
		boolean switching = (source != null && source != MovePhase.CLOSED)
				|| (target != null && target != MovePhase.CLOSED);
		return switching ? MoveStatus.Stage.SWITCHING : MoveStatus.Stage.UNKNOWN;
	}

	private Looked look(MoveDatabase database, List<String> problems) {
		try (MoveSession session = MoveSession.open(database, this.limit)) {
			StateTables tables = new StateTables(session);
			return tables.exist() ? new Looked(true, tables.read(), tables.instances())
					: new Looked(true, null, List.of());
		}
		catch (SQLException ex) {
			problems.add("The %s does not answer: %s".formatted(database.side(), ex.getMessage()));
			return new Looked(false, null, List.of());
		}
	}

	/**
	 * What one side has of the move.
	 */
	private record Looked(boolean answers, @Nullable MoveState state, List<InstanceState> instances) {

		@Nullable MovePhase phase() {
			return (this.state != null) ? this.state.phase() : null;
		}

	}

}
