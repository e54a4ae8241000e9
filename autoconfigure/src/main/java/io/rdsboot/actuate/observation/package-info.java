/**
 * Observations, which are spans in a trace and timers.
 */
@NullMarked
package io.rdsboot.actuate.observation;

import org.jspecify.annotations.NullMarked;
