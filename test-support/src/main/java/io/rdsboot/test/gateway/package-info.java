/**
 * Addresses in front of PostgreSQL servers that behave as those of RDS: TLS, and logins
 * by IAM token. Internal: nothing here is for users.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.test.gateway;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
