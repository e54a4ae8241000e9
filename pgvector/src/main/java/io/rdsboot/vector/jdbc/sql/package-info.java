/**
 * How declarations, filters and values are said in SQL.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.sql;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
