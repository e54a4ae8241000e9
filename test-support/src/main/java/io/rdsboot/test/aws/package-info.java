/**
 * What stands in for AWS itself. Internal: nothing here is for users.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.test.aws;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
