/**
 * Mistakes in the configuration: what is wrong, and what mends it.
 */
@NullMarked
package io.rdsboot.autoconfigure.problem;

import org.jspecify.annotations.NullMarked;
