/**
 * That secrets stay secret.
 */
@NullMarked
package io.rdsboot.sample.secrecy;

import org.jspecify.annotations.NullMarked;
