/**
 * The sessions of a server that build indexes and comment on them.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.index.session;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
