/**
 * Change of the embedding model of a table: its rows are embedded again, into a second
 * vector column, while the first one serves the searches.
 */
@NullMarked
package io.rdsboot.vector.reembedding;

import org.jspecify.annotations.NullMarked;
