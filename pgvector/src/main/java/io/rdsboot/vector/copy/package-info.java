/**
 * Rows in the binary format of PostgreSQL, and the {@code COPY} that takes them.
 */
@NullMarked
package io.rdsboot.vector.copy;

import org.jspecify.annotations.NullMarked;
