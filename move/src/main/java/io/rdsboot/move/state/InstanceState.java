package io.rdsboot.move.state;

import java.time.Instant;

/**
 * An instance of the service, as one side has last seen it. Immutable.
 *
 * @param id identifies the instance
 * @param epoch the epoch that it acts by
 * @param seenAt when it was last seen, by the clock of that side
 * @param alive whether its lease holds: once that is over, it writes no more
 */
public record InstanceState(String id, long epoch, Instant seenAt, boolean alive) {

}
