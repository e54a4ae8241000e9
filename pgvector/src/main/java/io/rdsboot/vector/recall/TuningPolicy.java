package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.rdsboot.vector.recall.RecallTuner.DriftAction;
import org.jspecify.annotations.Nullable;

/**
 * Policy of the tuning of one column: when its recall is measured again, and which
 * setting is chosen by a measurement.
 *
 * @param target recall that is to be reached
 * @param interval the longest time between two measurements
 * @param onDrift what is done about a setting that reaches the target no more
 */
record TuningPolicy(double target, Duration interval, DriftAction onDrift) {

	/**
	 * Rows of an answer that are measured: as many as a search returns that does not say.
	 */
	static final int K = 10;

	/**
	 * Tables with fewer rows are not measured.
	 */
	static final long LEAST_ROWS = 1000;

	/**
	 * Share of the rows that must have been written until the recall is measured again.
	 */
	private static final double CHANGED_SHARE = 0.2;

	/**
	 * A recall that is more than this above the target is worth a smaller setting.
	 */
	private static final double EXCESS = 0.02;

	/**
	 * Differences of recall that are not worth a greater setting.
	 */
	private static final double NEGLIGIBLE = 0.005;

	/**
	 * Return whether a setting was found so long ago, or so many rows were written since,
	 * that the recall is to be measured again.
	 */
	boolean isDue(TunedSetting tuned, ColumnState state) {
		// The server forgets its counts when it recovers from a crash.
		long changes = (state.changes() >= tuned.changes()) ? state.changes() - tuned.changes() : state.changes();
		return tuned.target() != this.target || tuned.k() != K
				|| !state.now().isBefore(tuned.time().plus(this.interval))
				|| changes > CHANGED_SHARE * Math.max(tuned.rows(), LEAST_ROWS);
	}

	/**
	 * Choose a setting. The one that there is stays while it may be right, so that chance
	 * does not change it to and fro.
	 * @param report a measurement with estimates
	 * @param before the setting that there is, or {@code null} if there is none
	 */
	RecallEstimate choose(RecallReport report, @Nullable TunedSetting before) {
		RecallEstimate best = report.smallest(this.target).orElseGet(() -> best(report.estimates()));
		return present(report, before).filter(this::mayStay).orElse(best);
	}

	/**
	 * Return what was measured of the setting that there is, if it had reached the target
	 * and clearly does so no more.
	 */
	Optional<RecallEstimate> drifted(RecallReport report, @Nullable TunedSetting before) {
		return present(report, before)
			.filter((present) -> isBelowTarget(present) && before != null && before.lowerBound() >= this.target);
	}

	private Optional<RecallEstimate> present(RecallReport report, @Nullable TunedSetting before) {
		return report.estimates()
			.stream()
			.filter((estimate) -> before != null && before.target() == this.target
					&& estimate.setting() == before.setting())
			.findFirst();
	}

	private boolean mayStay(RecallEstimate present) {
		return isBelowTarget(present) ? this.onDrift == DriftAction.REPORT : present.recall() <= this.target + EXCESS;
	}

	private boolean isBelowTarget(RecallEstimate present) {
		return present.upper() < this.target;
	}

	private static RecallEstimate best(List<RecallEstimate> estimates) {
		double greatest = estimates.stream().mapToDouble(RecallEstimate::recall).max().orElseThrow();
		return estimates.stream()
			.filter((estimate) -> estimate.recall() >= greatest - NEGLIGIBLE)
			.findFirst()
			.orElseThrow();
	}

}
