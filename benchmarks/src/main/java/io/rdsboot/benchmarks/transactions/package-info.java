/**
 * The time that a transaction takes.
 */
@NullMarked
package io.rdsboot.benchmarks.transactions;

import org.jspecify.annotations.NullMarked;
