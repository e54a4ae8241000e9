/**
 * One connection pool for each database instance.
 */
@NullMarked
package io.rdsboot.pool;

import org.jspecify.annotations.NullMarked;
