/**
 * Beans that stand over the declared vector repositories: how they are registered, and
 * which embedding model they get.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.autoconfigure.vector.bean;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
