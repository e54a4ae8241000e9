/**
 * Load of threads that write and read while a database gets another writer, and what came
 * of it.
 */
@NullMarked
package io.rdsboot.benchmarks.switchover;

import org.jspecify.annotations.NullMarked;
