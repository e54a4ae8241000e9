/**
 * The first copy of a move's tables, and following the source afterwards.
 */
@NullMarked
package io.rdsboot.move.copy;

import org.jspecify.annotations.NullMarked;
