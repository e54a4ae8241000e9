/**
 * Recall of vector indexes: measured against exact answers, and tuned to a target.
 */
@NullMarked
package io.rdsboot.vector.recall;

import org.jspecify.annotations.NullMarked;
