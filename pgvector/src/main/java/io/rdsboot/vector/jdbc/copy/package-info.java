/**
 * PostgreSQL's binary {@code COPY} format.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.copy;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
