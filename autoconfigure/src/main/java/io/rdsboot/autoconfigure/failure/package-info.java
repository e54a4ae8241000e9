/**
 * Why a connection failed, and what mends it.
 */
@NullMarked
package io.rdsboot.autoconfigure.failure;

import org.jspecify.annotations.NullMarked;
