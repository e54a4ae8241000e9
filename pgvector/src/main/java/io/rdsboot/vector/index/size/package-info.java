/**
 * Room that an index on vectors takes: memory while it is built, and pages.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.index.size;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
