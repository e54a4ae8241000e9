/**
 * The {@code DataSource} of a cluster, and what an application says and hears about where
 * its transactions go.
 */
@NullMarked
package io.rdsboot.routing;

import org.jspecify.annotations.NullMarked;
