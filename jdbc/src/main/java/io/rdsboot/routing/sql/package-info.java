/**
 * What the text of a statement tells: whether it only reads, and which settings of the
 * session it changes.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.routing.sql;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
