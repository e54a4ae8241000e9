/**
 * What routing costs: JMH benchmarks for the small, a load harness for the large. Results
 * are ratios of one run, because absolute figures depend on the machine.
 */
@NullMarked
package io.rdsboot.benchmarks;

import org.jspecify.annotations.NullMarked;
