/**
 * PostgreSQL's programs on this machine, and directories of data that they make.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.test.installation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
