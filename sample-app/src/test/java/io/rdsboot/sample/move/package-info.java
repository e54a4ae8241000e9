/**
 * The local mode of a move: two servers, and a page with the steps.
 */
@NullMarked
package io.rdsboot.sample.move;

import org.jspecify.annotations.NullMarked;
