/**
 * The connections that a routing data source hands out, with their statements and
 * results, and the physical connections behind them.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.routing.connection;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
