/**
 * What servers exist and in which state: addresses, roles and immutable snapshots of a
 * cluster's topology.
 */
@NullMarked
package io.rdsboot.cluster;

import org.jspecify.annotations.NullMarked;
