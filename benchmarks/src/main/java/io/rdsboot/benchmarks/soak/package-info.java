/**
 * A service whose database is hurt every few seconds, and whether it loses anything.
 */
@NullMarked
package io.rdsboot.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
