/**
 * Auto-configuration of routing, consistency and failover: {@code rds.routing} and
 * {@code rds.failover}.
 */
@NullMarked
package io.rdsboot.autoconfigure.routing;

import org.jspecify.annotations.NullMarked;
