package io.rdsboot.diagnostics.report;

/**
 * How urgent a {@link Finding} is, least urgent first.
 */
public enum FindingLevel {

	/**
	 * Checked and in order.
	 */
	FINE,

	/**
	 * Look at it during working hours.
	 */
	LOOK,

	/**
	 * Act now: it harms the service, or will soon.
	 */
	ACT

}
