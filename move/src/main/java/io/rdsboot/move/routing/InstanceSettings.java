package io.rdsboot.move.routing;

import java.time.Duration;
import java.util.UUID;

/**
 * How an instance of the service takes part in a move. Immutable.
 *
 * @param instance identifies the instance
 * @param lease how long it goes on to write without having seen the state
 * @param interval how long it waits between two looks at the state
 * @param switchInterval the same while a switch is near or under way
 * @param drainTimeout how long writes that are under way may take when a switch begins,
 * before their connections are ended
 */
public record InstanceSettings(String instance, Duration lease, Duration interval, Duration switchInterval,
		Duration drainTimeout) {

	/**
	 * Settings of an instance whose name nobody gives.
	 */
	public static InstanceSettings defaults() {
		return new InstanceSettings(UUID.randomUUID().toString(), Duration.ofSeconds(5), Duration.ofSeconds(1),
				Duration.ofMillis(20), Duration.ofSeconds(1));
	}

	public InstanceSettings {
		if (lease.compareTo(interval.multipliedBy(2)) < 0) {
			throw new IllegalArgumentException(
					"Lease %s is not twice the interval %s: an instance would hold writes after one look that is late"
						.formatted(lease, interval));
		}
	}

}
