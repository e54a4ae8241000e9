/**
 * Connections as callers see them, with their statements, results and metadata.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.routing.connection;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
