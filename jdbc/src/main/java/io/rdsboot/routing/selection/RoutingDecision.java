package io.rdsboot.routing.selection;

import java.util.EnumMap;
import java.util.Map;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * Where a connection was borrowed from, and why. Immutable.
 *
 * @param instance the instance that serves the connection
 * @param reason why this one
 */
public record RoutingDecision(DatabaseInstance instance, RoutingReason reason) {

	/**
	 * Return the decisions that lead to an instance, by their reasons.
	 */
	static Map<RoutingReason, RoutingDecision> all(DatabaseInstance instance) {
		Map<RoutingReason, RoutingDecision> decisions = new EnumMap<>(RoutingReason.class);
		for (RoutingReason reason : RoutingReason.values()) {
			decisions.put(reason, new RoutingDecision(instance, reason));
		}
		return decisions;
	}

}
