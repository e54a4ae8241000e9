/**
 * Why a connection failed, and what mends it.
 */
@NullMarked
package io.rdsboot.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
