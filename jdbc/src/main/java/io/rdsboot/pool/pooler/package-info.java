/**
 * Poolers between the pools and the server, such as PgBouncer and RDS Proxy: how they are
 * recognised, and what sessions behind them cannot keep.
 */
@NullMarked
package io.rdsboot.pool.pooler;

import org.jspecify.annotations.NullMarked;
