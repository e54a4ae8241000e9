/**
 * Values of vector columns and the types that hold them.
 */
@NullMarked
package io.rdsboot.vector.type;

import org.jspecify.annotations.NullMarked;
