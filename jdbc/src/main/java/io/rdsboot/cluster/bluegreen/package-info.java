/**
 * What servers say of the Blue/Green deployment that they belong to.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.cluster.bluegreen;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
