package io.rdsboot.benchmarks;

/**
 * One measured number and the most that it may be.
 *
 * @param name what was measured, in which unit
 * @param value what came out
 * @param limit the target: the value is at most this
 * @param remark what helps to judge the value
 */
record Figure(String name, double value, double limit, String remark) {

	boolean met() {
		return this.value <= this.limit;
	}

}
