/**
 * Whether the rows of a database that moves are the same on both sides, asked while both
 * are in use.
 */
@NullMarked
package io.rdsboot.move.verify;

import org.jspecify.annotations.NullMarked;
