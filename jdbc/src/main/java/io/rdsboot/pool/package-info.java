/**
 * One connection pool for one database instance.
 */
@NullMarked
package io.rdsboot.pool;

import org.jspecify.annotations.NullMarked;
