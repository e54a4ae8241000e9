/**
 * How connections are encrypted, and whom they trust.
 */
@NullMarked
package io.rdsboot.tls;

import org.jspecify.annotations.NullMarked;
