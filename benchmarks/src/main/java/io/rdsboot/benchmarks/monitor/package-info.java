/**
 * What watching the cluster costs.
 */
@NullMarked
package io.rdsboot.benchmarks.monitor;

import org.jspecify.annotations.NullMarked;
