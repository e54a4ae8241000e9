/**
 * Which of the two databases is written to, and who knows it: a row in each, and the
 * acknowledgements of the service's instances.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.move.state;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
