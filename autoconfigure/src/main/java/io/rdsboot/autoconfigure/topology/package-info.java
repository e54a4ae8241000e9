/**
 * Auto-configuration of what watches the cluster, and the first look at it:
 * {@code rds.topology}.
 */
@NullMarked
package io.rdsboot.autoconfigure.topology;

import org.jspecify.annotations.NullMarked;
