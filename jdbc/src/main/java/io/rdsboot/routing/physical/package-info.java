/**
 * The physical connections behind the connections that callers see: borrowed when a
 * server is first needed, given the settings that the caller has asked for, and given
 * back as they came.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.routing.physical;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
