package io.rdsboot.benchmarks.vector;

import java.util.List;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.vector.contender.Contest;

/**
 * A part of the benchmark, which can run without the others.
 */
@FunctionalInterface
interface Measurement {

	/**
	 * Measures.
	 * @param contest who takes part, and with which rows
	 * @return the figures
	 * @throws Exception if a contender fails
	 */
	List<Figure> measure(Contest contest) throws Exception;

}
