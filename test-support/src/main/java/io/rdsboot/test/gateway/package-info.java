/**
 * Addresses in front of PostgreSQL servers that behave as those of RDS: TLS, and logins
 * by IAM token. Internal: nothing here is for users.
 */
@NullMarked
package io.rdsboot.test.gateway;

import org.jspecify.annotations.NullMarked;
