/**
 * How tables and sequences fare: size, scans, vacuum, ids.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.diagnostics.tables;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
