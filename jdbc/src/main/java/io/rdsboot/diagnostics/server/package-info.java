/**
 * How the server fares: cache, checkpoints, replication, settings, extensions.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.diagnostics.server;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
