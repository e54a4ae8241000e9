/**
 * The two databases of a move.
 */
@NullMarked
package io.rdsboot.move;

import org.jspecify.annotations.NullMarked;
