/**
 * Writes records: inserts, upserts and loads by {@code COPY}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.write;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
