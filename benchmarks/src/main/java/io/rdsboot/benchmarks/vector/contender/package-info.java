/**
 * Ways to keep rows with vectors and to search them.
 */
@NullMarked
package io.rdsboot.benchmarks.vector.contender;

import org.jspecify.annotations.NullMarked;
