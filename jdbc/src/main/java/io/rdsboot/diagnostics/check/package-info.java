/**
 * What every check is made of: a question to a server, and a judgement of the answers.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.diagnostics.check;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
