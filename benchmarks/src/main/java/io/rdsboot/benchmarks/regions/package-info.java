/**
 * How a service gets through the switchover of a global database to another region.
 */
@NullMarked
package io.rdsboot.benchmarks.regions;

import org.jspecify.annotations.NullMarked;
