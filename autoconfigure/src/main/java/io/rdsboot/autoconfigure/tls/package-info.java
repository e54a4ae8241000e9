/**
 * Auto-configuration of TLS: {@code rds.tls}.
 */
@NullMarked
package io.rdsboot.autoconfigure.tls;

import org.jspecify.annotations.NullMarked;
