/**
 * What the instances have answered, and the topology that follows from it.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.cluster.knowledge;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
