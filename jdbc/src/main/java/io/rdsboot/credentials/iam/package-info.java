/**
 * Logins with IAM authentication tokens.
 */
@NullMarked
package io.rdsboot.credentials.iam;

import org.jspecify.annotations.NullMarked;
