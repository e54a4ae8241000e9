/**
 * Repositories of texts: an embedding model makes the vectors of a
 * {@link io.rdsboot.vector.VectorRepository}.
 */
@NullMarked
package io.rdsboot.vector.text;

import org.jspecify.annotations.NullMarked;
