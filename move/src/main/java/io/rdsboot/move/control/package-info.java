/**
 * A move as its operator takes its steps: what each needs before it, does, and how it is
 * taken back.
 */
@NullMarked
package io.rdsboot.move.control;

import org.jspecify.annotations.NullMarked;
