package io.rdsboot.autoconfigure.vector;

import java.time.Duration;

import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.vector.recall.RecallTuner;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * Reads what is declared about recall.
 */
final class VectorRecallMapper {

	private static final double LEAST = 0.5;

	private static final double GREATEST = 0.999;

	private VectorRecallMapper() {
	}

	/**
	 * Read the target of a repository.
	 * @param key the property of the repository
	 * @param problems takes what is wrong
	 */
	static @Nullable Double target(String key, VectorRepositoryProperties declared, VectorTable table,
			ConfigurationProblems problems) {
		Double target = declared.getTargetRecall();
		if (target == null) {
			return null;
		}
		String property = key + ".target-recall";
		if (!(target >= LEAST && target <= GREATEST)) {
			problems.add(property, target.toString(), "must be between %s and %s".formatted(LEAST, GREATEST),
					"Set it to the share of the nearest rows that a search should find, such as 0.95.");
		}
		else if (table.tenantKey() != null) {
			problems.add(property, target.toString(),
					"is not possible with a tenant, because nothing can be measured without one",
					"Remove it, and measure for a tenant with RecallMeter.");
		}
		else if (table.vectors().stream().allMatch((column) -> column.index() instanceof VectorIndex.None)) {
			problems.add(property, target.toString(), "is not possible without a vector index",
					"Remove it: a search that reads all rows finds all of the nearest.");
		}
		else {
			return target;
		}
		return null;
	}

	static void check(RdsVectorProperties.Recall recall, ConfigurationProblems problems) {
		check("interval", recall.getInterval(), Duration.ofMinutes(1), problems);
		check("time-budget", recall.getTimeBudget(), Duration.ofSeconds(1), problems);
	}

	private static void check(String property, Duration value, Duration least, ConfigurationProblems problems) {
		if (value.compareTo(least) < 0) {
			problems.add("rds.vector.recall." + property, DurationStyle.SIMPLE.print(value),
					"must be at least %d s".formatted(least.toSeconds()), "Correct the value, or leave it out.");
		}
	}

}
