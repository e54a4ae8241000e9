/**
 * Asks one instance for its role and its position in the write-ahead log.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.cluster.poll;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
