package io.rdsboot.move.verify;

import java.util.Objects;

import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Whether searches of a vector column find the same on both sides. Immutable.
 *
 * @param table the table
 * @param column name of the column
 * @param operator operator of the distance, such as {@code <=>}
 * @param samples number of rows whose nearest rows were searched for
 * @param equal for how many of them the exact nearest rows are the same on both sides,
 * rows of equal distance taken as the same
 * @param sourceRecall share of the exact nearest rows that the source's index finds with
 * the settings of the login, from 0 to 1, or {@code null} if it has no index of this
 * distance
 * @param targetRecall the same for the target
 */
public record MoveVectorComparison(TableName table, String column, String operator, int samples, int equal,
		@Nullable Double sourceRecall, @Nullable Double targetRecall) {

	/**
	 * How much lower the recall on the target may be. Two builds of one index differ, and
	 * a mean of 10 samples has a standard error of about 0.03.
	 */
	private static final double TOLERANCE = 0.05;

	public MoveVectorComparison {
		Objects.requireNonNull(table, "table must not be null");
		Objects.requireNonNull(column, "column must not be null");
		Objects.requireNonNull(operator, "operator must not be null");
	}

	/**
	 * Return whether the target's index finds less than the source's, by more than 0.05,
	 * or is missing.
	 * @return whether it finds less
	 */
	public boolean findsLess() {
		return this.sourceRecall != null
				&& (this.targetRecall == null || this.targetRecall < this.sourceRecall - TOLERANCE);
	}

	/**
	 * Return the comparison in one line.
	 */
	@Override
	public String toString() {
		return "vectors %s.%s by %s: same nearest rows for %d of %d samples, recall of the source's index %s, of the target's %s%s"
			.formatted(this.table, this.column, this.operator, this.equal, this.samples, text(this.sourceRecall),
					text(this.targetRecall), findsLess() ? ": the target finds less" : "");
	}

	private static String text(@Nullable Double recall) {
		return (recall != null) ? "%.3f".formatted(recall) : "none";
	}

}
