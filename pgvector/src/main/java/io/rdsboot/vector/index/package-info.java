/**
 * Indexes of vector tables: built, repaired and replaced while the application runs.
 */
@NullMarked
package io.rdsboot.vector.index;

import org.jspecify.annotations.NullMarked;
