/**
 * The declaration of a vector table: its columns, metadata keys, indexes and distances.
 */
@NullMarked
package io.rdsboot.vector.table;

import org.jspecify.annotations.NullMarked;
