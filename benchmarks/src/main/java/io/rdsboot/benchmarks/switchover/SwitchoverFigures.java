package io.rdsboot.benchmarks.switchover;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.rdsboot.benchmarks.report.Figure;

/**
 * Figures of this library's switchovers, each beside that of AWS's JDBC wrapper.
 * Immutable.
 *
 * @param library the switchovers of this library
 * @param wrapper those of the wrapper
 */
public record SwitchoverFigures(SwitchoverOutcomes library, SwitchoverOutcomes wrapper) {

	private static final double PAUSE_LIMIT_SECONDS = 0.5;

	/**
	 * Returns all figures.
	 * @param left what rows are called that the former writer alone has
	 */
	public List<Figure> all(String left) {
		return List.of(
				figure("writes pause longer than the servers, s, p50 of threads", (all) -> all.pauseBeyond(0.5),
						PAUSE_LIMIT_SECONDS),
				figure("the same, longest", (all) -> all.pauseBeyond(1), PAUSE_LIMIT_SECONDS),
				figure("errors of one thread in a switchover, at most",
						(all) -> all.worst(SwitchoverOutcome::mostFailuresOfAThread), 1),
				figure("errors of all threads in a switchover, mean", (all) -> all.mean(SwitchoverOutcome::failures),
						Double.POSITIVE_INFINITY),
				figure("longest read, s", (all) -> all.worst(SwitchoverOutcome::longestRead), Double.POSITIVE_INFINITY),
				figure("rows lost", (all) -> all.sum(SwitchoverOutcome::lost), 0),
				figure("rows doubled", (all) -> all.sum(SwitchoverOutcome::doubled), 0),
				figure(left, (all) -> all.sum(SwitchoverOutcome::writtenBehindTheFence), 0),
				figure("reads of a session that missed its write", (all) -> all.sum(SwitchoverOutcome::stale), 0));
	}

	private Figure figure(String name, ToDoubleFunction<SwitchoverOutcomes> value, double limit) {
		return new Figure(name, value.applyAsDouble(this.library), limit,
				String.format(Locale.ROOT, "(%.3f)", value.applyAsDouble(this.wrapper)));
	}

}
