/**
 * Which statements cost most.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.diagnostics.statements;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
