/**
 * How long threads wait for a connection when there are more threads than connections.
 */
@NullMarked
package io.rdsboot.benchmarks.contention;

import org.jspecify.annotations.NullMarked;
