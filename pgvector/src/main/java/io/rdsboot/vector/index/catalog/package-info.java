/**
 * Indexes that a table should have, and those that it has.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.index.catalog;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
