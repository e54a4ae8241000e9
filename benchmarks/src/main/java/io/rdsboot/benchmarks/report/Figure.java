package io.rdsboot.benchmarks.report;

/**
 * One measured number and the most that it may be.
 *
 * @param name what was measured, in which unit
 * @param value what came out
 * @param limit the target: the value is at most this; infinite where there is none
 * @param remark what helps to judge the value
 */
public record Figure(String name, double value, double limit, String remark) {

	/**
	 * Creates a figure without a target, which others are judged by.
	 */
	public static Figure withoutTarget(String name, double value, String remark) {
		return new Figure(name, value, Double.POSITIVE_INFINITY, remark);
	}

	boolean hasTarget() {
		return this.limit < Double.POSITIVE_INFINITY;
	}

	boolean met() {
		return !hasTarget() || this.value <= this.limit;
	}

}
