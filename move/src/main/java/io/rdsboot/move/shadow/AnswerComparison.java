package io.rdsboot.move.shadow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.rdsboot.move.shadow.Answer.Value;
import io.rdsboot.move.shadow.ShadowDifference.What;
import org.jspecify.annotations.Nullable;

/**
 * Compares two answers to a statement: as multisets of rows, and where the statement has
 * an order, group by group of rows that it takes for equal. Floating-point numbers are
 * equal up to a relative tolerance. Immutable.
 */
final class AnswerComparison {

	/**
	 * Rows left over by equality that are compared one by one for numbers that are nearly
	 * equal.
	 */
	private static final int MOST_NEARLY_EQUAL = 1_000;

	private final StatementPlan plan;

	private final double tolerance;

	AnswerComparison(StatementPlan plan, double tolerance) {
		this.plan = plan;
		this.tolerance = tolerance;
	}

	/**
	 * Compare.
	 * @return what differs
	 */
	Result compare(Answer source, Answer target) {
		if (!source.columns().equals(target.columns())) {
			return Result.of(What.COLUMNS);
		}
		if (inOrder(source.rows(), target.rows())) {
			// Of both, the same rows were read, and the rest of both is not known.
			return (source.complete() && target.complete()) ? Result.EQUAL : Result.UNKNOWN;
		}
		if (!source.complete() || !target.complete()) {
			return Result.UNKNOWN;
		}
		Result result = this.plan.order().isEmpty() ? compareRows(source.rows(), target.rows())
				: compareOrdered(source, target);
		return (result.what() != null && this.plan.indefinite()) ? Result.UNKNOWN : result;
	}

	private Result compareOrdered(Answer source, Answer target) {
		int[] keys = keys(source.columns());
		if (keys == null) {
			// What the rows are ordered by is not among the columns, so that other rows,
			// or
			// another order, may be as right.
			Result rows = compareRows(source.rows(), target.rows());
			return (rows.what() != null && !this.plan.limited() && !this.plan.skipping()) ? rows : Result.UNKNOWN;
		}
		if (!inOrder(project(source.rows(), keys), project(target.rows(), keys))) {
			return Result.of((compareRows(source.rows(), target.rows()).what() != null) ? What.ROWS : What.ORDER);
		}
		boolean cut = false;
		for (int[] group : groups(source.rows(), keys)) {
			Result rows = compareRows(source.rows().subList(group[0], group[1]),
					target.rows().subList(group[0], group[1]));
			if (rows.what() != null) {
				// A limit cuts off as many of the rows that are equal as it likes.
				if (!(this.plan.limited() && group[1] == source.rows().size())
						&& !(this.plan.skipping() && group[0] == 0)) {
					return rows;
				}
				cut = true;
			}
		}
		return cut ? Result.UNKNOWN : Result.EQUAL;
	}

	/**
	 * Return the columns that the rows are ordered by, or {@code null} if one is not
	 * among them.
	 */
	private int @Nullable [] keys(List<Answer.Column> columns) {
		int[] keys = new int[this.plan.order().size()];
		for (int i = 0; i < keys.length; i++) {
			String key = this.plan.order().get(i);
			int[] found = (key == null) ? new int[0] : columns(columns, key);
			if (found.length != 1) {
				return null;
			}
			keys[i] = found[0];
		}
		return keys;
	}

	private static int[] columns(List<Answer.Column> columns, String key) {
		if (Character.isDigit(key.charAt(0))) {
			return IntStream.range(0, columns.size()).filter((i) -> String.valueOf(i + 1).equals(key)).toArray();
		}
		return IntStream.range(0, columns.size()).filter((i) -> columns.get(i).name().equalsIgnoreCase(key)).toArray();
	}

	private static List<List<Value>> project(List<List<Value>> rows, int[] columns) {
		return rows.stream().map((row) -> IntStream.of(columns).mapToObj(row::get).toList()).toList();
	}

	/**
	 * Return where runs of rows with equal keys begin and end.
	 */
	private List<int[]> groups(List<List<Value>> rows, int[] keys) {
		List<List<Value>> projected = project(rows, keys);
		List<int[]> groups = new ArrayList<>();
		int begin = 0;
		for (int i = 1; i <= rows.size(); i++) {
			if (i == rows.size() || !nearlyEqual(projected.get(begin), projected.get(i))) {
				groups.add(new int[] { begin, i });
				begin = i;
			}
		}
		return groups;
	}

	private boolean inOrder(List<List<Value>> source, List<List<Value>> target) {
		return source.size() == target.size()
				&& IntStream.range(0, source.size()).allMatch((i) -> nearlyEqual(source.get(i), target.get(i)));
	}

	private Result compareRows(List<List<Value>> source, List<List<Value>> target) {
		List<List<Value>> sourceOnly = without(source, target);
		List<List<Value>> targetOnly = without(target, source);
		if (sourceOnly.size() > MOST_NEARLY_EQUAL || targetOnly.size() > MOST_NEARLY_EQUAL) {
			return new Result(What.ROWS, sourceOnly, targetOnly);
		}
		Iterator<List<Value>> each = sourceOnly.iterator();
		while (each.hasNext()) {
			List<Value> row = each.next();
			int match = IntStream.range(0, targetOnly.size())
				.filter((i) -> nearlyEqual(row, targetOnly.get(i)))
				.findFirst()
				.orElse(-1);
			if (match >= 0) {
				targetOnly.remove(match);
				each.remove();
			}
		}
		return (sourceOnly.isEmpty() && targetOnly.isEmpty()) ? Result.EQUAL
				: new Result(What.ROWS, sourceOnly, targetOnly);
	}

	/**
	 * Return the rows that others lack, each as often as it is missing.
	 */
	private static List<List<Value>> without(List<List<Value>> rows, List<List<Value>> others) {
		Map<List<Value>, Integer> counts = new HashMap<>();
		others.forEach((row) -> counts.merge(row, 1, Integer::sum));
		List<List<Value>> left = new ArrayList<>();
		for (List<Value> row : rows) {
			if (counts.merge(row, -1, Integer::sum) < 0) {
				left.add(row);
			}
		}
		return left;
	}

	private boolean nearlyEqual(List<Value> one, List<Value> other) {
		return IntStream.range(0, one.size()).allMatch((i) -> nearlyEqual(one.get(i), other.get(i)));
	}

	private boolean nearlyEqual(Value one, Value other) {
		if (one.equals(other)) {
			return true;
		}
		String text = one.text();
		String otherText = other.text();
		return one.numbers() && text != null && otherText != null
				&& NumberTexts.nearlyEqual(text, otherText, this.tolerance);
	}

	/**
	 * Result of a comparison.
	 *
	 * @param what what differs, or {@code null} if nothing is known to
	 * @param sourceOnly rows that only the source has
	 * @param targetOnly rows that only the target has
	 */
	record Result(@Nullable What what, List<List<Value>> sourceOnly, List<List<Value>> targetOnly) {

		static final Result EQUAL = new Result(null, List.of(), List.of());

		/**
		 * The answers are not equal, and none has to be wrong.
		 */
		static final Result UNKNOWN = new Result(null, List.of(), List.of());

		static Result of(What what) {
			return new Result(what, List.of(), List.of());
		}

		@SuppressWarnings("ReferenceEquality")
		boolean isEqual() {
			return this == EQUAL;
		}

	}

}
