/**
 * Rows and queries that are the same in every run, and what a search should find.
 */
@NullMarked
package io.rdsboot.benchmarks.vector.data;

import org.jspecify.annotations.NullMarked;
