/**
 * Questions of an assessment.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.move.assess.check;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
