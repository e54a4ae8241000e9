/**
 * Watches a cluster: one thread and one connection for each instance.
 */
@NullMarked
package io.rdsboot.cluster.watch;

import org.jspecify.annotations.NullMarked;
