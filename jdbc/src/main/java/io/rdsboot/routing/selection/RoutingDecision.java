package io.rdsboot.routing.selection;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * Where a connection was borrowed from, and why. Immutable.
 *
 * @param instance the instance that serves the connection
 * @param reason why this one
 */
public record RoutingDecision(DatabaseInstance instance, RoutingReason reason) {

}
