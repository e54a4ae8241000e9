/**
 * The switch of all writes from one side of a move to the other, and back.
 */
@NullMarked
package io.rdsboot.move.cutover;

import org.jspecify.annotations.NullMarked;
