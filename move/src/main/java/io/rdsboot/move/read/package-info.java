/**
 * Which side serves a read while the target follows the source: a share of the keys, and
 * only where the target has all that the caller has seen.
 */
@NullMarked
package io.rdsboot.move.read;

import org.jspecify.annotations.NullMarked;
