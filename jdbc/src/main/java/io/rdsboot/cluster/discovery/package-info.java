/**
 * Finds out which instances a cluster has.
 */
@NullMarked
package io.rdsboot.cluster.discovery;

import org.jspecify.annotations.NullMarked;
