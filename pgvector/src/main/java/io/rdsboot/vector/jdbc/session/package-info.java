/**
 * Connections, transactions and the tenant of a call.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.session;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
