/**
 * Searches: their statements, the scan of an index, and the order of what is found.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.search;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
