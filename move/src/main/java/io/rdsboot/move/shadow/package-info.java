/**
 * Asks a share of the application's reads of both databases of a move, after the answer
 * and off the caller's path, and compares what they say.
 */
@NullMarked
package io.rdsboot.move.shadow;

import org.jspecify.annotations.NullMarked;
