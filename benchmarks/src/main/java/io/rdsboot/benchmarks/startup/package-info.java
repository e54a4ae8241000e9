/**
 * What the starter adds to the start-up of a service.
 */
@NullMarked
package io.rdsboot.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
