/**
 * Auto-configuration of connection pools: {@code rds.pool}.
 */
@NullMarked
package io.rdsboot.autoconfigure.pool;

import org.jspecify.annotations.NullMarked;
