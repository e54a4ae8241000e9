package io.rdsboot.move.state;

import java.time.Duration;

/**
 * What an instance of the service tells with each look at the state. Immutable.
 *
 * @param instance identifies the instance
 * @param epoch the newest epoch that it acts by
 * @param idle whether no write of it is under way, and none begins before the next epoch
 * @param lease how long after this look it goes on to write without another one
 */
public record InstanceBeat(String instance, long epoch, boolean idle, Duration lease) {

}
