package io.rdsboot.benchmarks.rotation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.RotationStrategy;

/**
 * Program that rotates the secret of a pool under load, for this library and for AWS's
 * JDBC wrapper, and compares the library's results with the targets: no failed borrow, at
 * most one call to Secrets Manager a second, p99 of a borrow within twice that without a
 * rotation. Takes about 20 minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-rotation
 * </pre>
 */
public final class RotationLoad {

	private static final int ROUNDS = 3;

	private static final double P99_LIMIT = 2;

	private RotationLoad() {
	}

	/**
	 * Runs the rotations.
	 * @param args none
	 * @throws ExecutionException if a connection was borrowed and could not be used
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws ExecutionException, InterruptedException {
		List<Figure> figures = new ArrayList<>();
		for (RotationStrategy strategy : RotationStrategy.values()) {
			Map<RotationContender, RotationOutcome> outcomes = new EnumMap<>(RotationContender.class);
			for (RotationContender contender : RotationContender.values()) {
				outcomes.put(contender, new RotationScenario(strategy, contender).run(ROUNDS));
			}
			figures.addAll(figures(strategy.name().toLowerCase(Locale.ROOT).replace('_', ' '), outcomes));
		}
		new Report("Rotation of a secret under load, steps 30 s apart (AWS's JDBC wrapper: as shipped | tuned)",
				figures)
			.publish();
	}

	private static List<Figure> figures(String name, Map<RotationContender, RotationOutcome> outcomes) {
		RotationOutcome library = of(outcomes, RotationContender.LIBRARY);
		return List.of(
				new Figure(name + ", failed borrows", library.failed(), 0,
						"of " + library.borrows()
								+ peers(outcomes, (outcome) -> outcome.failed() + " of " + outcome.borrows())),
				new Figure(name + ", calls to Secrets Manager a second", library.lookUpsASecond(), 1,
						peers(outcomes, (outcome) -> String.format(Locale.ROOT, "%.3f", outcome.lookUpsASecond()))),
				new Figure(name + ", p99 of a borrow, ratio to that without", library.p99().median(), P99_LIMIT,
						library.p99() + peers(outcomes, RotationOutcome::p99)));
	}

	private static String peers(Map<RotationContender, RotationOutcome> outcomes,
			Function<RotationOutcome, Object> figure) {
		return " (%s | %s)".formatted(figure.apply(of(outcomes, RotationContender.WRAPPER)),
				figure.apply(of(outcomes, RotationContender.WRAPPER_TUNED)));
	}

	private static RotationOutcome of(Map<RotationContender, RotationOutcome> outcomes, RotationContender contender) {
		return Objects.requireNonNull(outcomes.get(contender), () -> "nothing for " + contender);
	}

}
