/**
 * Opens physical connections: addresses, TLS, credentials and time limits of a login.
 */
@NullMarked
package io.rdsboot.pool.login;

import org.jspecify.annotations.NullMarked;
