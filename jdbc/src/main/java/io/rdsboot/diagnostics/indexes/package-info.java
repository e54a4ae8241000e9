/**
 * Which indexes are invalid, superfluous or unused.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.diagnostics.indexes;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
