/**
 * The time and the memory that {@code getConnection()} and {@code close()} take.
 */
@NullMarked
package io.rdsboot.benchmarks.connections;

import org.jspecify.annotations.NullMarked;
