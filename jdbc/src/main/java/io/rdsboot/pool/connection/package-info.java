/**
 * The physical connections of one pool: opened with the credentials of the moment, known
 * by their user and server, and taken out of the pool when they must not be used again.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.pool.connection;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
