/**
 * What connections of a pool begin with, and what a borrower changes of it.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.routing.settings;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
