/**
 * Leads the application's connections to the database that is written to, and holds
 * writes while that changes.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.move.routing;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
