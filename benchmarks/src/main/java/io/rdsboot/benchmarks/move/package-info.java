/**
 * What the parts of a move cost the application.
 */
@NullMarked
package io.rdsboot.benchmarks.move;

import org.jspecify.annotations.NullMarked;
