package io.rdsboot.move.shadow;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.rdsboot.move.Side;
import io.rdsboot.move.read.TargetProgress;
import io.rdsboot.move.shadow.AnswerComparison.Result;
import io.rdsboot.move.shadow.ShadowDifference.What;
import org.jspecify.annotations.Nullable;

/**
 * Asks one statement of both sides, and asks again what differs. A difference counts once
 * it was there twice: with a target that has all commits up to the source's answer, and a
 * source that says the same before and after the target. Else lag, or a row that keeps
 * changing, would be a difference. Not thread-safe.
 */
final class ShadowRun {

	private static final int ATTEMPTS = 4;

	private static final int CONFIRMATIONS = 2;

	private static final String REFUSED_CLASS = "42";

	private final ShadowSide source;

	private final ShadowSide target;

	private final TargetProgress progress;

	private final DifferenceLog differences;

	private final ShadowListener listener;

	private final NotedStatement statement;

	private final AnswerComparison comparison;

	private final StatementPlan plan;

	private final ShadowLimits limits;

	ShadowRun(ShadowSide source, ShadowSide target, TargetProgress progress, DifferenceLog differences,
			ShadowListener listener, NotedStatement statement, StatementPlan plan, ShadowLimits limits) {
		this.source = source;
		this.target = target;
		this.progress = progress;
		this.differences = differences;
		this.listener = listener;
		this.statement = statement;
		this.plan = plan;
		this.limits = limits;
		this.comparison = new AnswerComparison(plan, limits.tolerance());
	}

	ShadowOutcome run() throws SQLException, InterruptedException {
		// Whoever is asked second finds more in its caches if both run on one machine.
		boolean targetFirst = ThreadLocalRandom.current().nextBoolean();
		Answer early = targetFirst ? askTarget() : null;
		Answer ofSource = timed(Side.SOURCE);
		Answer ofTarget = targetFirst ? early : askTarget();
		if (ofTarget == null) {
			return refused(ofSource);
		}
		if (this.comparison.compare(ofSource, ofTarget).isEqual()) {
			return ShadowOutcome.EQUAL;
		}
		boolean comparable = ofSource.complete() && ofTarget.complete() && !this.plan.indefinite();
		return comparable ? askAgain() : ShadowOutcome.UNDECIDED;
	}

	/**
	 * Return the target's answer, or {@code null} if it refuses the statement.
	 */
	private @Nullable Answer askTarget() throws SQLException {
		try {
			return timed(Side.TARGET);
		}
		catch (SQLException ex) {
			if (ex.getSQLState() != null && ex.getSQLState().startsWith(REFUSED_CLASS)) {
				return null;
			}
			throw ex;
		}
	}

	private ShadowOutcome refused(Answer ofSource) {
		Answer none = new Answer(ofSource.columns(), List.of(), true);
		this.differences.add(this.statement, Result.of(What.REFUSED), ofSource, none);
		return ShadowOutcome.DIFFERENT;
	}

	private Answer timed(Side side) throws SQLException {
		long begin = System.nanoTime();
		Answer answer = ask((side == Side.SOURCE) ? this.source : this.target);
		this.listener.answered(side, System.nanoTime() - begin);
		return answer;
	}

	private Answer ask(ShadowSide side) throws SQLException {
		return side.ask(this.statement, this.limits.statementTimeout().toMillis());
	}

	private ShadowOutcome askAgain() throws SQLException, InterruptedException {
		int confirmed = 0;
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			Answer before = ask(this.source);
			Duration lag = this.limits.lagTimeout();
			if (!this.progress.awaitCommitsUntil(this.progress.now(), lag)) {
				return ShadowOutcome.UNDECIDED;
			}
			Answer ofTarget = ask(this.target);
			Result result = this.comparison.compare(before, ofTarget);
			if (result.isEqual()) {
				return ShadowOutcome.EQUAL;
			}
			Answer after = ask(this.source);
			if (this.comparison.compare(after, ofTarget).isEqual()) {
				return ShadowOutcome.EQUAL;
			}
			boolean still = this.comparison.compare(before, after).isEqual();
			if (still && result.what() == null) {
				return ShadowOutcome.UNDECIDED;
			}
			if (still && ++confirmed == CONFIRMATIONS) {
				this.differences.add(this.statement, result, before, ofTarget);
				return ShadowOutcome.DIFFERENT;
			}
		}
		return ShadowOutcome.UNDECIDED;
	}

}
