/**
 * Auto-configuration of credentials: {@code rds.credentials}.
 */
@NullMarked
package io.rdsboot.autoconfigure.credentials;

import org.jspecify.annotations.NullMarked;
