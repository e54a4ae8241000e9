/**
 * Finds, changes, streams and deletes rows without a vector to search for.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.rows;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
