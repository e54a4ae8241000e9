/**
 * PostgreSQL servers, as processes of this machine or containers, and replication between
 * them.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.test.server;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
