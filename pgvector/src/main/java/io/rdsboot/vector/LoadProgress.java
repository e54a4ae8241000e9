package io.rdsboot.vector;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How far a load is. Immutable.
 *
 * @param rows how many records have been sent
 * @param elapsed time since the load began
 * @param rowsPerSecond mean rate since the load began
 * @param remaining estimate of the time that sending the rest takes, at the mean rate; or
 * {@code null} if it is not known how many records there will be, or none was sent yet
 */
public record LoadProgress(long rows, Duration elapsed, double rowsPerSecond, @Nullable Duration remaining) {

}
